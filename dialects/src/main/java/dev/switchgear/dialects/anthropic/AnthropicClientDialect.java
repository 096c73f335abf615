package dev.switchgear.dialects.anthropic;

import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.ReasoningWish;
import dev.switchgear.families.llm.dialect.AnswerIdentity;
import dev.switchgear.families.llm.dialect.AnswerWriter;
import dev.switchgear.families.llm.dialect.ClientCounting;
import dev.switchgear.families.llm.dialect.ClientDialect;
import dev.switchgear.families.llm.dialect.ClientEmbedding;
import dev.switchgear.families.llm.scan.ScanRules;
import dev.switchgear.families.llm.scan.ScanRules.Use;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Clients that speak Anthropic's Messages. Stateless; thread-safe.
public final class AnthropicClientDialect implements ClientDialect, ClientCounting {
    private static final ScanRules RULES =
            ScanRules.modelInside()
                    .with(Use.STREAM, "stream")
                    .with(Use.OUTPUT_BOUND, "max_tokens")
                    .with(Use.ARRAY, "messages")
                    .with(Use.SYSTEM, "system")
                    .with(Use.TOOLS, "tools")
                    .with(Use.THREAD, "thread");

    @Override
    public Dialect dialect() {
        return Dialect.ANTHROPIC;
    }

    @Override
    public ChatRequest chat(byte[] body, String model, boolean streamed) throws InvalidBody {
        return AnthropicRequestReader.read(body, model, streamed, false);
    }

    @Override
    public AnswerWriter answer(ChatRequest asked, AnswerIdentity identity) {
        ReasoningWish wish = asked.reasoning();
        return new AnthropicAnswerWriter(
                wish.budgetTokens().isPresent() || wish.shown().isPresent(),
                wish.budgetTokens().orElse(0) > 0,
                identity);
    }

    @Override
    public Optional<ClientCounting> counting() {
        return Optional.of(this);
    }

    @Override
    public Optional<ClientEmbedding> embedding() {
        return Optional.empty();
    }

    @Override
    public ScanRules scanRules() {
        return RULES;
    }

    @Override
    public ChatRequest countable(byte[] body, String model) throws InvalidBody {
        return AnthropicRequestReader.read(body, model, false, true);
    }

    @Override
    public byte[] counted(long tokens, boolean estimated) {
        return ("{\"input_tokens\":" + tokens + "}").getBytes(StandardCharsets.UTF_8);
    }
}
