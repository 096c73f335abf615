package dev.switchgear.providers;

import dev.switchgear.dialects.anthropic.AnthropicClientDialect;
import dev.switchgear.dialects.gemini.GeminiClientDialect;
import dev.switchgear.dialects.ollama.OllamaClientDialect;
import dev.switchgear.dialects.openai.CompletionsClientDialect;
import dev.switchgear.dialects.openai.OpenAiClientDialect;
import dev.switchgear.dialects.own.OwnClientDialect;
import dev.switchgear.dialects.responses.ResponsesClientDialect;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.dialect.AnswerIdentity;
import dev.switchgear.families.llm.dialect.AnswerWriter;
import dev.switchgear.families.llm.dialect.ClientCounting;
import dev.switchgear.families.llm.dialect.ClientDialect;
import dev.switchgear.families.llm.dialect.ClientEmbedding;
import dev.switchgear.families.llm.scan.ScanRules;
import java.util.Optional;

/// The client's side where bytes pass: nobody may need to read them.
public record Unread(Dialect dialect) implements ClientDialect {
    @Override
    public ChatRequest chat(byte[] body, String model, boolean streamed) {
        throw read();
    }

    @Override
    public AnswerWriter answer(ChatRequest asked, AnswerIdentity identity) {
        throw read();
    }

    @Override
    public Optional<ClientCounting> counting() {
        throw read();
    }

    @Override
    public Optional<ClientEmbedding> embedding() {
        throw read();
    }

    @Override
    public ScanRules scanRules() {
        ClientDialect read =
                switch (dialect) {
                    case OPENAI -> new OpenAiClientDialect();
                    case COMPLETIONS -> new CompletionsClientDialect();
                    case RESPONSES -> new ResponsesClientDialect();
                    case ANTHROPIC -> new AnthropicClientDialect();
                    case GEMINI -> new GeminiClientDialect(GeminiClientDialect.Form.EVENTS);
                    case OLLAMA -> new OllamaClientDialect(OllamaClientDialect.Form.CHAT);
                    case OLLAMA_GENERATE ->
                            new OllamaClientDialect(OllamaClientDialect.Form.GENERATE);
                    case OWN -> new OwnClientDialect();
                };
        return read.scanRules();
    }

    private static AssertionError read() {
        return new AssertionError("a body that should have passed was read");
    }
}
