package dev.switchgear.providers.llm;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.dialect.AnswerReader;
import dev.switchgear.families.llm.dialect.MalformedAnswer;
import dev.switchgear.families.llm.model.Service;
import dev.switchgear.families.llm.model.Tokenizer;
import dev.switchgear.families.llm.tokens.TokenUsage;
import dev.switchgear.families.money.Money;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/// Watches by reading the answer as its dialect would be read.
final class ReadingAnswerWatch implements AnswerWatch {
    private final AnswerReader reader;
    private final byte[] closing;
    private final AnswerNotes notes = new AnswerNotes();
    private boolean usable;

    /// @param closing the dialect's terminal event, for clients that wait for it where the provider left
    ///     it out; empty where there is none
    ReadingAnswerWatch(AnswerReader reader, byte[] closing) {
        this.reader = reader;
        this.closing = closing.clone();
    }

    @Override
    public void whole(Operation operation, byte[] body) throws MalformedAnswer {
        switch (operation) {
            case CHAT -> {
                reader.whole(body, notes);
                // How a model failed is for the client to read: its bytes pass like any others.
                usable = notes.finished() || notes.failed().isPresent();
            }
            case EMBEDDINGS, BATCH_EMBEDDINGS, COUNT_TOKENS -> {
                try {
                    usable = Json.read(body, 0, body.length).isObject();
                } catch (JacksonException notJson) {
                    throw new MalformedAnswer(body.length + " bytes that are not one JSON object");
                }
            }
        }
    }

    @Override
    public void event(byte[] data, int from, int to, boolean begun) throws MalformedAnswer {
        notes.next();
        reader.event(data, from, to, notes);
    }

    @Override
    public boolean token() {
        return usable || notes.token();
    }

    @Override
    public boolean error() {
        return notes.error();
    }

    @Override
    public boolean hidden() {
        return false;
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
        return reader.bodyEnded(notes);
    }

    @Override
    public byte[] closing() {
        return closing.clone();
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
