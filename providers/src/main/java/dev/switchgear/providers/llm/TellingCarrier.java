package dev.switchgear.providers.llm;

import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.call.Downstream;
import dev.switchgear.families.llm.call.LlmReply.Content;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.dialect.AnswerReader;
import dev.switchgear.families.llm.dialect.EmbeddingsAnswer;
import dev.switchgear.families.llm.dialect.MalformedAnswer;
import dev.switchgear.families.llm.dialect.ProviderDialect;
import dev.switchgear.families.llm.dialect.ReadBack;
import dev.switchgear.families.llm.model.Service;
import dev.switchgear.families.llm.model.Tokenizer;
import dev.switchgear.families.llm.tokens.TextTally;
import dev.switchgear.families.llm.tokens.TokenUsage;
import dev.switchgear.families.money.Money;
import dev.switchgear.wire.WireException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Reads the provider's answer into events and tells them to a client that speaks another dialect.
final class TellingCarrier implements Carrier {
    private final ProviderDialect spoken;
    private final AnswerSeals seals;
    private final AnswerReader reader;
    private final Downstream downstream;
    private final long promptTokens;
    private final AnswerNotes notes = new AnswerNotes();

    /// Told with the next flush. Until the release this is all there was, bounded by [#held].
    private final List<ChatEvent> events = new ArrayList<>();

    private byte[] failed = new byte[0];
    private long held;
    private boolean released;

    /// @param spoken the dialect of the answer
    /// @param seals what is sealed in it
    /// @param readBack what was replaced in the request
    /// @param promptTokens of the request, as estimated, where the provider does not count them
    TellingCarrier(
            ProviderDialect spoken,
            AnswerSeals seals,
            ReadBack readBack,
            boolean streamed,
            Downstream downstream,
            long promptTokens) {
        this.spoken = spoken;
        this.seals = seals;
        this.reader = readBack.of(spoken.answer(seals.target(), streamed));
        this.downstream = downstream;
        this.promptTokens = promptTokens;
    }

    @Override
    public Content whole(Operation operation, String contentType, byte[] body)
            throws MalformedAnswer {
        return switch (operation) {
            case CHAT -> {
                reader.whole(body, this::note);
                yield told();
            }
            case COUNT_TOKENS -> {
                long counted = spoken.counting().orElseThrow().counted(body);
                notes.answered("", TokenUsage.UNKNOWN);
                yield new Content.Counted(counted);
            }
            case EMBEDDINGS, BATCH_EMBEDDINGS -> {
                EmbeddingsAnswer answer = spoken.embedding().orElseThrow().embedded(body);
                if (answer.usage().input() < 0) {
                    answer =
                            new EmbeddingsAnswer(
                                    answer.model(),
                                    answer.vectors(),
                                    TokenUsage.estimate(promptTokens, 0));
                }
                notes.answered(answer.model(), answer.usage());
                yield new Content.Embedded(answer);
            }
        };
    }

    @Override
    public boolean usable() {
        return notes.finished();
    }

    /// Takes an answer that came whole as JSON though pieces were asked for.
    ///
    /// @param lines the same, in case it is a value a line
    void json(byte[] body, Pieces lines) throws MalformedAnswer, WireException {
        try {
            notes.next();
            reader.whole(body, this::note);
        } catch (MalformedAnswer notOne) {
            if (!events.isEmpty() || !gathered(lines)) {
                throw notOne;
            }
        }
    }

    /// Takes an answer that came in pieces though it was asked for as one.
    ///
    /// @return whether it is whole, or tells of an error, which [#errorData] is then
    boolean gathered(Pieces pieces) throws MalformedAnswer, WireException {
        while (!reader.ended() && pieces.next()) {
            byte[] data = pieces.data();
            int from = pieces.dataFrom();
            int to = pieces.dataTo();
            while (from < to && data[to - 1] <= ' ' && data[to - 1] >= 0) {
                to--;
            }
            while (from < to && data[from] <= ' ' && data[from] >= 0) {
                from++;
            }
            if (from == to) {
                continue;
            }
            notes.next();
            boolean stopped = reader.stopped();
            try {
                reader.event(data, from, to, this::note);
            } catch (MalformedAnswer broken) {
                if (!stopped) {
                    throw broken;
                }
            }
            if (notes.error() || pieces.namedError()) {
                failed = Arrays.copyOfRange(data, from, to);
                return true;
            }
        }
        return notes.finished() || reader.bodyEnded(this::note);
    }

    /// The event that told of an error; empty for none.
    byte[] errorData() {
        return failed.clone();
    }

    /// All that was told so far, in one piece, with what was used: most dialects promise that.
    Content told() {
        reckonText();
        return new Content.Told(events);
    }

    /// What an answer that passes took, whose provider said only `told` of it. A body that reads as no
    /// answer, though it passes, has no words that could be counted.
    TokenUsage reckoned(Operation operation, byte[] body, TokenUsage told) {
        if (operation != Operation.CHAT) {
            return told.orEstimate(promptTokens, 0);
        }
        try {
            reader.whole(body, this::note);
            reckonText();
        } catch (MalformedAnswer unread) {
            return told.orEstimate(promptTokens, 0);
        }
        return told.orEstimate(promptTokens, notes.usage().wholeOutput());
    }

    /// As [#reckon], by the text of a whole answer.
    void reckonText() {
        if (notes.finished() && (notes.usage().input() < 0 || notes.usage().output() < 0)) {
            var text = new TextTally();
            for (ChatEvent event : events) {
                switch (event) {
                    case ChatEvent.Text(String said) -> text.add(said);
                    case ChatEvent.Refusal(String said) -> text.add(said);
                    case ChatEvent.Thinking(String said) -> text.add(said);
                    case ChatEvent.ToolArgs(_, String json) -> text.add(json);
                    case ChatEvent.Start _,
                            ChatEvent.Signed _,
                            ChatEvent.HiddenThinking _,
                            ChatEvent.ToolStart _,
                            ChatEvent.ToolEnd _,
                            ChatEvent.Usage _,
                            ChatEvent.Finish _,
                            ChatEvent.Broken _,
                            ChatEvent.Made _,
                            ChatEvent.Omitted _,
                            ChatEvent.Ping _ -> {}
                }
            }
            reckon(text.tokens(Tokenizer.UNKNOWN));
        }
    }

    @Override
    public void reckon(long outputTokens) {
        TokenUsage whole = notes.usage().orEstimate(promptTokens, outputTokens);
        if (!whole.equals(notes.usage())) {
            var reckoned = new ChatEvent.Usage(whole, notes.charge());
            notes.accept(reckoned);
            boolean finished = !events.isEmpty() && events.getLast() instanceof ChatEvent.Finish;
            events.add(finished ? events.size() - 1 : events.size(), reckoned);
        }
    }

    @Override
    public void take(Pieces pieces, byte[] data, int from, int to, boolean begun)
            throws MalformedAnswer {
        notes.next();
        held += to - from;
        reader.event(data, from, to, this::noteStreamed);
    }

    private void noteStreamed(ChatEvent event) {
        boolean opened = !events.isEmpty() && events.getLast() instanceof ChatEvent.Start;
        if (opened && !(event instanceof ChatEvent.Usage) && !notes.usage().known()) {
            // Some dialects open with what the prompt takes, which most providers tell at the end.
            // What
            // is reckoned here is for the client alone; it is no report.
            events.add(new ChatEvent.Usage(TokenUsage.estimate(promptTokens, -1)));
        }
        note(event);
    }

    @Override
    public void takeWithoutData(Pieces pieces) {
        // A comment keeps a connection open; ours to the client has its own.
    }

    private void note(ChatEvent read) {
        ChatEvent event = seals.told(read);
        notes.accept(event);
        if (!(event instanceof ChatEvent.Broken)) {
            events.add(event);
        }
    }

    @Override
    public boolean token() {
        return notes.token();
    }

    @Override
    public boolean error() {
        return notes.error();
    }

    @Override
    public Optional<ChatEvent.Broken> failed() {
        return notes.failed();
    }

    @Override
    public boolean ended() {
        return reader.ended();
    }

    @Override
    public boolean stopped() {
        return reader.stopped();
    }

    @Override
    public boolean wholeAtEnd() {
        return reader.bodyEnded(this::note);
    }

    @Override
    public long held() {
        return held;
    }

    @Override
    public List<String> omitted() {
        return events.stream()
                .filter(ChatEvent.Omitted.class::isInstance)
                .map(event -> ((ChatEvent.Omitted) event).what())
                .distinct()
                .toList();
    }

    @Override
    public String contentType(String providers) {
        return "";
    }

    @Override
    public boolean release() {
        released = true;
        return flush();
    }

    @Override
    public boolean flush() {
        if (!released) {
            return true;
        }
        for (ChatEvent event : events) {
            if (!downstream.tell(event)) {
                return false;
            }
        }
        events.clear();
        return true;
    }

    @Override
    public boolean passError(Pieces pieces) {
        return false;
    }

    @Override
    public String model() {
        return notes.model();
    }

    @Override
    public String finish() {
        return notes.finish();
    }

    @Override
    public TokenUsage usage() {
        return notes.usage();
    }

    @Override
    public long received(Tokenizer tokenizer) {
        return notes.received(tokenizer);
    }

    @Override
    public Optional<Service> service() {
        return reader.service();
    }

    @Override
    public Optional<Money> charge() {
        return notes.charge();
    }
}
