package dev.switchgear.dialects.openai;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.dialect.AnswerIdentity;
import dev.switchgear.families.llm.dialect.AnswerWriter;
import dev.switchgear.families.llm.dialect.ClientCounting;
import dev.switchgear.families.llm.dialect.ClientDialect;
import dev.switchgear.families.llm.dialect.ClientEmbedding;
import dev.switchgear.families.llm.scan.ScanRules;
import dev.switchgear.families.llm.scan.ScanRules.Use;
import java.util.Optional;

/// Clients of OpenAI's completions, which came before chat: a prompt, and a text that follows it.
///
/// Every provider is asked in chat, with the prompt as the user's words: models that only go on from
/// a text have become rare, and their servers take chat as well. Stateless and thread-safe.
public final class CompletionsClientDialect implements ClientDialect {
    private static final ScanRules RULES =
            ScanRules.modelInside()
                    .with(Use.STREAM, "stream")
                    .with(Use.STREAM_OPTIONS, "stream_options")
                    .with(Use.OUTPUT_BOUND, "max_tokens")
                    .with(Use.INPUT, "prompt");

    @Override
    public Dialect dialect() {
        return Dialect.COMPLETIONS;
    }

    @Override
    public ChatRequest chat(byte[] body, String model, boolean streamed) throws InvalidBody {
        return CompletionsRequestReader.read(Json.asked(body), model, streamed);
    }

    @Override
    public AnswerWriter answer(ChatRequest asked, AnswerIdentity identity) {
        return new CompletionsAnswerWriter(asked, identity);
    }

    @Override
    public Optional<ClientCounting> counting() {
        return Optional.empty();
    }

    @Override
    public Optional<ClientEmbedding> embedding() {
        return Optional.empty();
    }

    @Override
    public ScanRules scanRules() {
        return RULES;
    }
}
