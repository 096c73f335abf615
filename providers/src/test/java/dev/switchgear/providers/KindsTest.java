package dev.switchgear.providers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.dialects.openai.OpenAiClientDialect;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.dialect.ModelTarget;
import dev.switchgear.families.llm.dialect.NotTranslatable;
import dev.switchgear.families.llm.dialect.ProviderDialect;
import dev.switchgear.families.llm.dialect.Worded;
import dev.switchgear.families.llm.model.Catalogue;
import dev.switchgear.families.llm.model.ModelTraits;
import dev.switchgear.providers.llm.LlmProvider;
import dev.switchgear.providers.llm.LlmProvider.Credential;
import dev.switchgear.providers.llm.LlmQuirks;
import dev.switchgear.wire.Endpoint;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The list of all providers, and what each of them makes of the same requests.
final class KindsTest {
    private record Echo(String name) implements ProviderKind {
        @Override
        public String family() {
            return "echo";
        }

        @Override
        public Optional<String> base() {
            return Optional.empty();
        }

        @Override
        public boolean needsBase() {
            return false;
        }
    }

    private static LlmKind kind(String name) {
        return Kinds.ours().find(name, LlmKind.class).orElseThrow();
    }

    private static LlmProvider provider(String kind, LlmQuirks quirks) {
        String base = kind(kind).base().orElse("https://llm.example/v1");
        return kind(kind).make(TestCalls.at(Endpoint.parse(base)), quirks);
    }

    @Test
    void names_are_found_as_they_are_written() {
        assertThat(Kinds.ours().names()).isSorted().contains("openai", "openai-compatible");
        assertThat(Kinds.ours().find("openai")).map(ProviderKind::name).contains("openai");
        assertThat(Kinds.ours().find("OpenAI")).isEmpty();
        assertThat(Kinds.ours().find("openai", Echo.class)).isEmpty();
    }

    @Test
    void another_family_adds_its_kinds_and_no_two_have_one_name() {
        Kinds more = Kinds.ours().with(new Echo("echo"));

        assertThat(more.find("echo", Echo.class)).contains(new Echo("echo"));
        assertThat(more.all(LlmKind.class)).hasSize(more.names().size() - 1);
        assertThat(Kinds.ours().find("echo")).isEmpty();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> more.with(new Echo("openai")))
                .withMessageContaining("openai");
    }

    @Test
    void what_is_known_of_models_is_known_of_kinds_in_the_list() {
        assertThat(Kinds.ours().names()).containsAll(Catalogue.builtIn().providers().keySet());
    }

    @Test
    void every_kind_makes_a_provider_that_can_chat() {
        for (LlmKind kind : Kinds.ours().all(LlmKind.class)) {
            LlmProvider made = provider(kind.name(), LlmQuirks.NONE);

            assertThat(made.spoken().getFirst().path(Operation.CHAT, "m", false))
                    .as(kind.name())
                    .isPresent();
            assertThat(kind.needsBase()).isEqualTo(kind.base().isEmpty());
        }
    }

    @Test
    void a_quirk_of_the_credential_changes_that_alone() {
        var quirks =
                new LlmQuirks(
                        Optional.of("api-key"),
                        Optional.empty(),
                        Optional.of("?api-version=1"),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty());

        LlmProvider made = provider("openai-compatible", quirks);

        assertThat(made.credential()).isEqualTo(new Credential("api-key", "Bearer "));
        assertThat(made.query()).isEqualTo("?api-version=1");
        assertThat(made.spoken()).hasSize(1);
    }

    @Test
    void a_kind_whose_chat_is_optional_can_be_asked_in_responses_alone() {
        var quirks =
                new LlmQuirks(
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(false));

        for (LlmKind kind : Kinds.ours().all(LlmKind.class)) {
            LlmProvider made = provider(kind.name(), quirks);
            boolean changed =
                    made.spoken().getFirst().dialect()
                            != provider(kind.name(), LlmQuirks.NONE).spoken().getFirst().dialect();

            assertThat(changed).as(kind.name()).isEqualTo(kind.chatOptional());
        }
        assertThat(provider("openai", quirks).spoken().getFirst().dialect())
                .isEqualTo(Dialect.RESPONSES);
    }

    /// What is asked beside one question, and what comes of it.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    openai | "reasoning_effort":"minimal" | {"reasoning_effort":"minimal"} | []
                    xai | "reasoning_effort":"none" | {"reasoning_effort":"low"} | [reasoning_effort]
                    xai | "reasoning_effort":"xhigh" | {"reasoning_effort":"xhigh"} | []
                    deepseek | "reasoning_effort":"none" | {"thinking":{"type":"disabled"}} | []
                    deepseek | "reasoning_effort":"xhigh" | {"thinking":{"type":"enabled"},"reasoning_effort":"xhigh"} | []
                    mistral | "reasoning_effort":"low" | {"reasoning_effort":"high"} | [reasoning_effort]
                    openrouter | "reasoning_effort":"high" | {"reasoning":{"effort":"high"}} | []
                    openai | "max_completion_tokens":9 | {"max_completion_tokens":9} | []
                    xai | "max_completion_tokens":9 | {"max_completion_tokens":9} | []
                    deepseek | "max_completion_tokens":9 | {"max_tokens":9} | []
                    mistral | "max_completion_tokens":9 | {"max_tokens":9} | []
                    openrouter | "max_completion_tokens":9 | {"max_completion_tokens":9} | []
                    xai | "presence_penalty":1,"frequency_penalty":1 | {} | [presence_penalty, frequency_penalty]
                    deepseek | "seed":7 | {} | [seed]
                    mistral | "seed":7 | {"random_seed":7} | []
                    deepseek | "user":"u" | {"user_id":"u"} | []
                    mistral | "user":"u" | {} | [user]
                    xai | "logit_bias":{"1":1} | {} | [logit_bias]
                    deepseek | "metadata":{"a":"b"} | {} | [metadata]
                    mistral | "safe_prompt":true | {"safe_prompt":true} | []
                    mistral | "logit_bias":{"1":1} | {} | [logit_bias]
                    openrouter | "logit_bias":{"1":1} | {"logit_bias":{"1":1}} | []
                    """)
    void each_company_is_asked_in_its_own_words(
            String kind, String asked, String sent, String dropped) throws Exception {
        Worded worded = worded(provider(kind, LlmQuirks.NONE).spoken().getFirst(), asked);

        assertThat(beside(worded, "model", "messages")).isEqualTo(sent);
        assertThat(worded.dropped().stream().map(said -> said.replaceFirst(":.*", "")).toList())
                .hasToString(dropped);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    openai | {"instructions":"S","max_output_tokens":16,"safety_identifier":"u"} | developer
                    xai | {"max_output_tokens":1,"user":"u"} | system
                    deepseek | {"instructions":"S","max_output_tokens":1,"user":"u"} | system
                    openrouter | {"instructions":"S","max_output_tokens":1,"user":"u"} | developer
                    """)
    void each_company_is_asked_in_its_own_words_of_responses(
            String kind, String sent, String innerSystemRole) throws Exception {
        Worded worded =
                worded(
                        provider(kind, LlmQuirks.NONE).spoken().get(1),
                        "\"max_completion_tokens\":1,\"user\":\"u\",\"messages\":["
                                + "{\"role\":\"system\",\"content\":\"S\"},"
                                + "{\"role\":\"user\",\"content\":\"Q\"},"
                                + "{\"role\":\"system\",\"content\":\"T\"}]");

        JsonNode input = Json.read(worded.body(), 0, worded.body().length).path("input");
        assertThat(beside(worded, "model", "input", "store")).isEqualTo(sent);
        assertThat(input.get(input.size() - 1).path("role").asString()).isEqualTo(innerSystemRole);
    }

    private static Worded worded(ProviderDialect dialect, String beside)
            throws InvalidBody, NotTranslatable {
        String messages = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";
        String body =
                "{\"model\":\"m\","
                        + (beside.contains("\"messages\"") ? beside : messages + "," + beside)
                        + "}";
        return dialect.chat(
                new OpenAiClientDialect().chat(body.getBytes(StandardCharsets.UTF_8), "m", false),
                new ModelTarget("m", ModelTraits.UNKNOWN));
    }

    private static String beside(Worded worded, String... fields) {
        var body = (ObjectNode) Json.read(worded.body(), 0, worded.body().length);
        for (String field : fields) {
            body.remove(field);
        }
        return Json.text(body);
    }
}
