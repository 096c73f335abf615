package dev.switchgear.server.api.llm.responses;

import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.dialect.AnswerIdentity;
import dev.switchgear.families.llm.scan.Elsewhere;
import dev.switchgear.families.llm.scan.RequestBody;
import dev.switchgear.server.api.Visit;
import dev.switchgear.server.api.llm.LlmTurn;
import dev.switchgear.server.api.llm.Turned;
import dev.switchgear.server.api.llm.responses.ResponsesTurns.How;
import dev.switchgear.server.api.llm.responses.heard.SseEvents;
import dev.switchgear.server.api.llm.responses.kept.Archive;
import dev.switchgear.server.api.llm.responses.kept.Conversation;
import dev.switchgear.server.api.llm.responses.kept.KeptAnswer;
import dev.switchgear.server.api.llm.responses.kept.KeptBytes;
import dev.switchgear.server.api.llm.responses.kept.KeptItems;
import dev.switchgear.server.api.llm.responses.kept.KeptProblems;
import dev.switchgear.server.api.llm.responses.kept.LayeredArchive;
import dev.switchgear.server.api.llm.responses.kept.Refused;
import dev.switchgear.server.api.llm.responses.kept.WholeInput;
import dev.switchgear.server.api.llm.responses.kept.WholeInput.Whole;
import dev.switchgear.server.door.ForwardedExchange;
import dev.switchgear.server.door.HttpExchange;
import dev.switchgear.server.door.HttpStream;
import dev.switchgear.server.door.ResponseHead;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// One turn on its way: stands between a request and its exchange, completes what is asked, and keeps
/// what is answered at the moment before the client knows that it is whole, since it may go on with it in
/// the next. For one request.
final class ResponsesTurn implements LlmTurn, AutoCloseable {
    private final ResponsesTurns turns;
    private final Visit visit;
    private final How how;
    private final Operation operation;
    private final Archive archive;
    private final Exchange exchange;

    private byte[] body = new byte[0];
    private Elsewhere elsewhere = Elsewhere.NONE;
    private String previous = "";
    private String conversation = "";
    private volatile boolean locked;
    private String made = "";

    // Told by the attempt that wins, which may run on another thread.
    private volatile Optional<UpstreamId> upstream = Optional.empty();
    private volatile boolean passing;

    ResponsesTurn(ResponsesTurns turns, Visit asked, How how, Operation operation) {
        this.turns = turns;
        this.how = how;
        this.operation = operation;
        this.archive =
                how.local()
                        .<Archive>map(local -> new LayeredArchive(local, turns.kept().archive()))
                        .orElseGet(turns.kept()::archive);
        this.exchange = new Exchange(asked.exchange());
        this.visit = asked.over(exchange);
    }

    /// As the edge is to see it.
    Visit visit() {
        return visit;
    }

    private String client() {
        return visit.client().name();
    }

    @Override
    public Turned turned(RequestBody scanned) {
        body = scanned.bytes();
        elsewhere = scanned.elsewhere();
        if (!elsewhere.referred()) {
            return Turned.AS_IT_CAME;
        }
        Whole whole;
        try {
            whole =
                    new WholeInput(archive, client(), turns.bodyMost(), new Doors())
                            .of(scanned.bytes());
        } catch (NoRoom full) {
            return new Turned.NoRoom(full.never);
        } catch (Refused refused) {
            return new Turned.Refused(refused.problem());
        }
        previous = whole.previous();
        conversation = whole.conversation();
        exchange.body = whole.body();
        return new Turned.Whole(
                whole.body(), whole.before(), whole.home(), List.copyOf(whole.dropped()));
    }

    private final class Doors implements WholeInput.Doors {
        @Override
        public void room(long bytes) {
            switch (exchange.room(bytes * WholeInput.TIMES)) {
                case GRANTED -> {}
                case LATER -> throw new NoRoom(false);
                case NEVER -> throw new NoRoom(true);
            }
        }

        @Override
        public void conversation(String id) throws Refused {
            if (operation != Operation.CHAT) {
                return;
            }
            if (!turns.kept().lock(client(), id)) {
                throw new Refused(KeptProblems.conversationLocked());
            }
            conversation = id;
            locked = true;
        }
    }

    private static final class NoRoom extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final boolean never;

        NoRoom(boolean never) {
            super("no memory", null, false, false);
            this.never = never;
        }
    }

    @Override
    public void answers(UpstreamId by, boolean asItIs) {
        upstream = Optional.of(by);
        passing = asItIs;
    }

    @Override
    public Optional<AnswerIdentity> identity(long createdSeconds, String model) {
        if (made.isEmpty()) {
            made = how.id().orElseGet(() -> turns.kept().name("resp_"));
        }
        return Optional.of(
                new AnswerIdentity(
                        made.substring(made.indexOf('_') + 1),
                        createdSeconds,
                        model,
                        Optional.of(
                                new AnswerIdentity.Kept(
                                        stored(),
                                        previous,
                                        conversation,
                                        elsewhere.background()))));
    }

    private boolean stored() {
        return turns.kept().archive().keeps() && elsewhere.store().orElse(true);
    }

    private boolean keeps() {
        return operation == Operation.CHAT
                && (stored() || how.local().isPresent() || !conversation.isEmpty());
    }

    /// Keeps an answer for whoever goes on with it.
    private void keep(KeptBytes answer) {
        KeptAnswer kept =
                answer.named(how.id())
                        .map(id ->
                                new KeptAnswer(
                                        new KeptAnswer.Link(
                                                id,
                                                previous,
                                                conversation,
                                                upstream,
                                                passing
                                                        && how.id().isEmpty()
                                                        && answer.head().stored()),
                                        input(),
                                        answer.json(),
                                        answer.items()))
                        .orElse(null);
        if (kept == null) {
            return;
        }
        byte[] document = kept.bytes();
        how.local().ifPresent(local -> local.put(client(), kept.link().id(), document));
        if (stored()) {
            turns.kept().archive().put(client(), kept.link().id(), document);
        }
        if (!conversation.isEmpty() && kept.continuable()) {
            Conversation.find(turns.kept().archive(), client(), conversation)
                    .ifPresent(found -> found.add(KeptItems.of(document), upstream));
        }
    }

    private byte[] input() {
        return elsewhere.inputFrom() < 0
                ? new byte[0]
                : Arrays.copyOfRange(body, elsewhere.inputFrom(), elsewhere.inputTo());
    }

    @Override
    public void close() {
        exchange.stream.ifPresent(Tap::over);
        unlock();
    }

    /// Lets others go on with the conversation: before the client knows that this turn is over, for it
    /// may be the next.
    private void unlock() {
        if (locked) {
            locked = false;
            turns.kept().unlock(client(), conversation);
        }
    }

    /// The client's exchange, with the body as it was completed.
    private final class Exchange implements ForwardedExchange {
        private final HttpExchange asked;
        private byte[] body;
        private Optional<Tap> stream = Optional.empty();

        Exchange(HttpExchange asked) {
            this.asked = asked;
            this.body = asked.body();
        }

        @Override
        public HttpExchange forwarded() {
            return asked;
        }

        @Override
        public byte[] body() {
            return body;
        }

        @Override
        public void respond(ResponseHead head, byte[] answer) {
            if (head.status() == 200 && keeps()) {
                keep(KeptBytes.whole(answer));
            }
            unlock();
            asked.respond(head, answer);
        }

        @Override
        public HttpStream stream(ResponseHead head) {
            HttpStream to = asked.stream(head);
            if (!keeps()) {
                return to;
            }
            var tap = new Tap(to);
            stream = Optional.of(tap);
            return tap;
        }
    }

    /// Listens to a stream on its way out.
    private final class Tap implements HttpStream {
        private final HttpStream to;
        private final SseEvents events = new SseEvents(this::take);
        private final KeptBytes.Gathered gathered = new KeptBytes.Gathered();

        Tap(HttpStream to) {
            this.to = to;
        }

        @Override
        public boolean write(byte[] bytes, int offset, int length) {
            events.add(bytes, offset, length);
            return to.write(bytes, offset, length);
        }

        @Override
        public void end(byte[] last) {
            events.add(last, 0, last.length);
            events.end();
            over();
            unlock();
            to.end(last);
        }

        private void take(byte[] data, int from, int to) {
            gathered.take(data, from, to).ifPresent(this::whole);
        }

        /// Nothing follows: an answer that had a name is kept as what it is.
        void over() {
            gathered.cut(exchange.gone()).ifPresent(this::whole);
        }

        private void whole(KeptBytes answer) {
            keep(answer);
            unlock();
        }
    }
}
