package dev.switchgear.server.api.llm;

import dev.switchgear.core.event.Event.Verdict;
import dev.switchgear.core.routing.Answer;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.call.Downstream;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.dialect.AnswerWriter;
import dev.switchgear.families.money.Money;
import dev.switchgear.server.api.Problem;
import dev.switchgear.server.door.HttpExchange;
import dev.switchgear.server.door.HttpStream;
import dev.switchgear.server.names.HeaderText;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A streamed answer on its way to the client. At first nothing has left, so any other answer is still
/// possible; once it has begun, only its end or an honest error. One attempt at a time writes; signs of
/// life come from a timer between.
final class ClientStream implements Downstream {
    private static final byte[] NOTHING = new byte[0];

    private final ClientRequest request;
    private final HttpExchange exchange;
    private final AnswerHead head;

    /// What the client has heard, where the route promises to continue.
    private final Optional<HeardSoFar> heard;

    private final KeepAlive keepAlive;

    /// Guards everything that leaves.
    private final ReentrantLock leaving = new ReentrantLock();

    /// When something last left, in nanoseconds of [dev.switchgear.core.time.Time#nanos].
    private long leftNanos;

    private boolean settled;

    /// Whether what was used, as it was told last, is an estimate.
    private boolean estimated;

    /// What the provider says it charges, as it was told last.
    private Optional<Money> charge = Optional.empty();

    /// Set by the attempt that committed, which with hedging may run on another thread; read after
    /// the call is settled.
    private volatile @Nullable HttpStream stream;

    /// Words events; null while bytes pass.
    private volatile @Nullable AnswerWriter writer;

    /// Whether bytes pass, which a writer of ours cannot go on from.
    private volatile boolean passing;

    /// What the writer wrote, before it leaves.
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(512);

    /// @param continues whether another provider may continue what breaks off
    ClientStream(ClientRequest request, AnswerHead head, boolean continues, KeepAlive keepAlive) {
        this.request = request;
        this.exchange = request.visit().exchange();
        this.head = head;
        this.heard = continues ? Optional.of(new HeardSoFar()) : Optional.empty();
        this.keepAlive = keepAlive;
        this.leftNanos = keepAlive.time().nanos();
    }

    /// From now on a client that hears nothing gets signs of life, until the answer is settled. The
    /// first of them begins the answer: from then on what goes wrong is told within it.
    void keepAlive() {
        if (keepAlive.on()) {
            keepAlive.in(keepAlive.after(), this::pingIfSilent);
        }
    }

    private void pingIfSilent() {
        Duration wait = keepAlive.after();
        // Whoever writes at this moment makes a ping needless.
        if (leaving.tryLock()) {
            try {
                if (settled || exchange.gone() || exchange.closing()) {
                    return;
                }
                Duration silent = Duration.ofNanos(keepAlive.time().nanos() - leftNanos);
                if (silent.compareTo(wait) >= 0) {
                    ping();
                } else {
                    wait = wait.minus(silent);
                }
            } finally {
                leaving.unlock();
            }
        }
        keepAlive.in(wait, this::pingIfSilent);
    }

    private void ping() {
        AnswerWriter pinging = known();
        pinging.ping(out);
        if (out.size() == 0) {
            return;
        }
        if (stream == null) {
            stream = exchange.stream(head.stream(200, pinging.contentType()));
        }
        leave();
    }

    /// Who words what leaves, or would: while bytes pass nobody is kept.
    private AnswerWriter known() {
        AnswerWriter known = writer;
        return known == null ? request.writer(keepAlive.time()) : known;
    }

    /// Sends what was written. False: the client has gone.
    private boolean leave() {
        byte[] bytes = out.toByteArray();
        out.reset();
        return leave(bytes, 0, bytes.length);
    }

    private boolean leave(byte[] bytes, int offset, int length) {
        boolean there = open().write(bytes, offset, length);
        leftNanos = keepAlive.time().nanos();
        return there;
    }

    @Override
    public boolean begin(Opening opening) {
        leaving.lock();
        try {
            String contentType = opening.contentType();
            passing = !contentType.isEmpty();
            request.visit().turn().answers(opening.winner().upstream(), passing);
            if (contentType.isEmpty()) {
                AnswerWriter made = known();
                writer = made;
                contentType = made.contentType();
            }
            if (stream == null) {
                stream = exchange.stream(head.stream(opening, contentType));
                leftNanos = keepAlive.time().nanos();
            } else if (contentType.startsWith("text/event-stream")) {
                takenUp(opening.winner());
            }
            return !exchange.gone();
        } finally {
            leaving.unlock();
        }
    }

    /// The head has left, with a ping or with a provider that broke off since: who goes on is told in
    /// a comment, where the stream has such. No empty line follows it: some clients would take that for
    /// an event that says nothing, and break off.
    private void takenUp(Winner winner) {
        String comment =
                ": answered by "
                        + HeaderText.of(winner.upstream().provider())
                        + " "
                        + HeaderText.of(winner.subject())
                        + "\n";
        byte[] bytes = comment.getBytes(StandardCharsets.UTF_8);
        leave(bytes, 0, bytes.length);
    }

    @Override
    public boolean write(byte[] bytes, int offset, int length) {
        leaving.lock();
        try {
            return leave(bytes, offset, length);
        } finally {
            leaving.unlock();
        }
    }

    @Override
    public boolean tell(ChatEvent event) {
        leaving.lock();
        try {
            AnswerWriter wording = writer;
            if (wording == null) {
                throw new IllegalStateException("an event is told where bytes pass");
            }
            if (event instanceof ChatEvent.Usage usage) {
                estimated = usage.tokens().estimated();
                charge = usage.charge().isPresent() ? usage.charge() : charge;
            }
            if (heard.isEmpty()) {
                wording.event(event, out);
            } else {
                heard.get().hear(event).forEach(each -> wording.event(each, out));
            }
            return out.size() == 0 || leave();
        } finally {
            leaving.unlock();
        }
    }

    private HttpStream open() {
        HttpStream open = stream;
        if (open == null) {
            throw new IllegalStateException("a stream is written to before it begins");
        }
        return open;
    }

    /// Whether part of the answer has left. Final once [#settled].
    boolean begun() {
        return stream != null;
    }

    /// The call is settled: from now on only its thread writes.
    void settled() {
        leaving.lock();
        try {
            settled = true;
        } finally {
            leaving.unlock();
        }
    }

    /// Whether what broke off can be continued by another provider.
    boolean continuable(Answer<LlmReply> answer) {
        boolean broken =
                answer.verdict() == Verdict.BROKEN_OFF
                        && !exchange.gone()
                        && !exchange.closing()
                        && !Thread.currentThread().isInterrupted();
        if (!broken || heard.isEmpty()) {
            return false;
        }
        try {
            return heard.get().continuable(request.meaning().chat());
        } catch (InvalidBody unread) {
            return false;
        }
    }

    /// The request that continues what broke off.
    ///
    /// @throws InvalidBody never after [#continuable]
    ChatRequest continued() throws InvalidBody {
        ChatRequest next = heard.orElseThrow().continued(request.meaning().chat());
        heard.get().resume();
        return next;
    }

    /// The end of an answer that is whole; nothing more is written where bytes passed.
    void end() {
        AnswerWriter wording = writer;
        if (wording == null) {
            open().end(NOTHING);
            return;
        }
        footnotes(wording);
        wording.end(out);
        last();
    }

    /// What the head could not say yet, in comments before the end, where every client of the dialect
    /// passes over comments. They are lines of the event that follows, as with [#takenUp].
    private void footnotes(AnswerWriter wording) {
        switch (request.visit().protocol().dialect().dialect()) {
            case OPENAI, COMPLETIONS, RESPONSES, ANTHROPIC -> {
                if (!wording.omitted().isEmpty()) {
                    footnote("x-switchgear-dropped", AnswerHead.droppedLine(wording.omitted()));
                }
                if (estimated) {
                    footnote("x-switchgear-estimated", "true");
                }
                if (charge.isPresent()) {
                    footnote("x-switchgear-cost-usd", charge.get().dollars().toPlainString());
                    footnote("x-switchgear-cost-reported", "true");
                }
            }
            // These have a field for it, or nothing that their clients would not stumble over.
            case GEMINI, OLLAMA, OLLAMA_GENERATE, OWN -> {}
        }
    }

    private void footnote(String name, String value) {
        out.writeBytes((": " + name + ": " + value + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    /// The end of a stream whose provider has told by itself that it broke off.
    void endTold() {
        open().end(NOTHING);
    }

    /// The last event of a stream that had begun; no sign of success follows.
    void end(Problem problem) {
        end(problem, problem.status(), "");
    }

    /// @param status as the provider has it
    /// @param code the provider's word; empty for ours
    void end(Problem problem, int status, String code) {
        AnswerWriter wording = writer;
        String word = code.isEmpty() ? request.visit().protocol().code(problem) : code;
        var broken = new ChatEvent.Broken(status, word, problem.message());
        if (wording == null && passing) {
            known().brokenOff(broken, out);
        } else {
            known().event(broken, out);
        }
        last();
    }

    private void last() {
        byte[] bytes = out.toByteArray();
        out.reset();
        open().end(bytes);
    }
}
