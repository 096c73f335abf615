package dev.switchgear.providers.openai;

import dev.switchgear.dialects.openai.OpenAiFlavour.Counting;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.dialect.MalformedAnswer;
import dev.switchgear.families.llm.model.Service;
import dev.switchgear.families.llm.model.Tokenizer;
import dev.switchgear.families.llm.tokens.TextTally;
import dev.switchgear.families.llm.tokens.TokenUsage;
import dev.switchgear.families.money.Money;
import dev.switchgear.providers.llm.AnswerWatch;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/// Watches chat completions and embeddings. Once a stream has begun, events are looked into only
/// where a key that matters appears in them.
final class OpenAiWatch implements AnswerWatch {
    private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DONE_EVENT = "data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII);

    private final boolean doneRequired;
    private final boolean usageIsOurs;
    private final Counting counting;
    private final TextTally tally = new TextTally();
    private boolean token;
    private boolean error;
    private boolean hidden;
    private boolean ended;
    private String model = "";
    private String finish = "";
    private TokenUsage usage = TokenUsage.UNKNOWN;
    private Optional<Money> charge = Optional.empty();
    private Optional<Service> service = Optional.empty();

    /// @param usageIsOurs whether we asked for the chunk with usage, and the client did not
    OpenAiWatch(boolean doneRequired, boolean usageIsOurs, Counting counting) {
        this.doneRequired = doneRequired;
        this.usageIsOurs = usageIsOurs;
        this.counting = counting;
    }

    @Override
    public void whole(Operation operation, byte[] body) throws MalformedAnswer {
        OpenAiAnswerScan scan = scan(body, 0, body.length);
        note(scan);
        error = scan.error();
        token =
                switch (operation) {
                    case CHAT -> scan.choices() > 0;
                    case EMBEDDINGS, BATCH_EMBEDDINGS, COUNT_TOKENS -> scan.data();
                };
    }

    @Override
    public void event(byte[] data, int from, int to, boolean begun) throws MalformedAnswer {
        token = false;
        error = false;
        hidden = false;
        if (OpenAiNeedles.equal(data, from, to, DONE)) {
            if (finish.isEmpty()) {
                // Whoever leaves the reason out has lost the end of the answer: no client can tell
                // whether calls are whole.
                throw new MalformedAnswer("a stream that was ended without a finish_reason");
            }
            ended = true;
            return;
        }
        if (data[from] != '{' || data[to - 1] != '}') {
            throw new MalformedAnswer("an event whose data is not a JSON object");
        }
        boolean matters = OpenAiNeedles.present(data, from, to, tally);
        if (begun && !matters) {
            token = true;
            return;
        }
        OpenAiAnswerScan scan = scan(data, from, to);
        note(scan);
        error = scan.error();
        token = scan.token();
        hidden = usageIsOurs && !error && scan.choices() == 0 && scan.usage().known();
    }

    private OpenAiAnswerScan scan(byte[] json, int from, int to) throws MalformedAnswer {
        try {
            return OpenAiAnswerScan.of(json, from, to, counting);
        } catch (JacksonException notJson) {
            throw new MalformedAnswer((to - from) + " bytes that are not one whole JSON object");
        }
    }

    private void note(OpenAiAnswerScan scan) {
        model = scan.model().isEmpty() ? model : scan.model();
        finish = finish.isEmpty() ? scan.finish() : finish;
        usage = scan.usage().known() ? scan.usage() : usage;
        charge = scan.charge().isPresent() ? scan.charge() : charge;
        service = scan.service().isPresent() ? scan.service() : service;
    }

    @Override
    public boolean token() {
        return token;
    }

    @Override
    public boolean error() {
        return error;
    }

    @Override
    public boolean hidden() {
        return hidden;
    }

    @Override
    public boolean ended() {
        return ended;
    }

    @Override
    public boolean stopped() {
        return !finish.isEmpty();
    }

    @Override
    public boolean wholeAtEnd() {
        return !finish.isEmpty() && !doneRequired;
    }

    @Override
    public byte[] closing() {
        return DONE_EVENT.clone();
    }

    @Override
    public String model() {
        return model;
    }

    @Override
    public String finish() {
        return finish;
    }

    @Override
    public TokenUsage usage() {
        return usage;
    }

    @Override
    public long received(Tokenizer tokenizer) {
        return tally.tokens(tokenizer);
    }

    @Override
    public Optional<Service> service() {
        return service;
    }

    @Override
    public Optional<Money> charge() {
        return charge;
    }
}
