package dev.switchgear.providers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.dialects.openai.OpenAiClientDialect;
import dev.switchgear.dialects.responses.ResponsesClientDialect;
import dev.switchgear.families.llm.dialect.ClientDialect;
import dev.switchgear.families.llm.dialect.ModelTarget;
import dev.switchgear.families.llm.dialect.ProviderDialect;
import dev.switchgear.families.llm.dialect.Worded;
import dev.switchgear.families.llm.model.ModelTraits;
import dev.switchgear.providers.llm.LlmQuirks;
import dev.switchgear.wire.Endpoint;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// What a client says of the prompt cache beside its marks goes on to whoever has the word, whether it
/// speaks chat or Responses, and is told where nobody has.
final class PromptCacheFieldsTest {
    private static final Set<String> FIELDS =
            Set.of("prompt_cache_key", "prompt_cache_retention", "prompt_cache_options");

    private static String asked(boolean responses) {
        return """
        {"model":"m",%s,"prompt_cache_key":"k","prompt_cache_retention":"24h",
         "prompt_cache_options":{"mode":"implicit","ttl":"30m"}}
        """
                .formatted(
                        responses
                                ? "\"input\":\"go\""
                                : "\"messages\":[{\"role\":\"user\",\"content\":\"go\"}]");
    }

    /// Which of key, retention and options go on: `kro`, or less.
    @ParameterizedTest
    @CsvSource({
        "openai, OPENAI, gpt-5.6, kro, kro",
        "openai, OPENAI, gpt-4o, kro, kr",
        "openai, RESPONSES, gpt-5.6, kro, kro",
        "openai, RESPONSES, gpt-4o, kr, kro",
        "openrouter, OPENAI, openai/gpt-5.6, kro, kro",
        "openrouter, OPENAI, anthropic/claude-sonnet-4.5, kro, kr",
        "openrouter, RESPONSES, openai/gpt-5.6, kro, kro",
        "openai-compatible, OPENAI, qwen3, kro, kr",
        "xai, OPENAI, grok-4.3, -, -",
        "xai, RESPONSES, grok-4.3, kr, kro",
        "mistral, OPENAI, mistral-large, k, k",
        "deepseek, OPENAI, deepseek-v4-flash, -, -",
        "anthropic, ANTHROPIC, claude-sonnet-4-5, -, -",
        "gemini, GEMINI, gemini-3.5-flash, -, -",
        "ollama, OLLAMA, llama3, -, -"
    })
    void what_goes_on_is_what_the_provider_knows_and_the_rest_is_told(
            String kind, String dialect, String model, String ofChat, String ofResponses)
            throws Exception {
        LlmKind made = Kinds.ours().find(kind, LlmKind.class).orElseThrow();
        Endpoint endpoint = Endpoint.parse(made.base().orElse("https://llm.example/v1"));
        ProviderDialect spoken =
                made.make(TestCalls.at(endpoint), LlmQuirks.NONE).spoken().stream()
                        .filter(one -> one.dialect().name().equals(dialect))
                        .findFirst()
                        .orElseThrow();

        goes(new OpenAiClientDialect(), asked(false), spoken, model, ofChat);
        goes(new ResponsesClientDialect(), asked(true), spoken, model, ofResponses);
    }

    private static void goes(
            ClientDialect client, String asked, ProviderDialect spoken, String model, String kept)
            throws Exception {
        byte[] body = asked.getBytes(StandardCharsets.UTF_8);
        Worded worded =
                spoken.chat(
                        client.chat(body, "m", false), new ModelTarget(model, ModelTraits.UNKNOWN));
        JsonNode sent = Json.read(worded.body(), 0, worded.body().length);
        JsonNode said = Json.read(asked);
        for (String field : FIELDS) {
            String letter = field.substring("prompt_cache_".length()).substring(0, 1);
            String as = client.dialect() + " to " + spoken.dialect() + " " + model + ": " + field;
            boolean told = worded.dropped().stream().anyMatch(what -> what.startsWith(field));
            if (kept.contains(letter)) {
                assertThat(sent.path(field)).as(as).isEqualTo(said.path(field));
                assertThat(told).as(as).isFalse();
            } else {
                assertThat(sent.has(field)).as(as).isFalse();
                assertThat(told).as(as + " is told: " + worded.dropped()).isTrue();
            }
        }
    }
}
