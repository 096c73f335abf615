package dev.switchgear.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.time.ManualTime;
import dev.switchgear.simulator.mind.OfferedModel;
import dev.switchgear.simulator.settings.Kind;
import dev.switchgear.simulator.settings.ProviderSettings;
import dev.switchgear.simulator.settings.SimulatorSettings;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/// How much of a prompt each kind of provider knows again, and for how long.
class RememberedPromptsTest {
    /// Who remembers prompts unasked, by which model, in steps of how many tokens, for how long.
    enum Rememberer {
        OPENAI(Kind.OPENAI, "gpt-4o", 128, 5),
        OPENAI_COMPATIBLE(Kind.OPENAI_COMPATIBLE, "gpt-4o", 128, 5),
        GPT_6(Kind.OPENAI, "gpt-6-sol", 128, 30),
        XAI(Kind.XAI, "grok-4.3", 64, 5),
        DEEPSEEK(Kind.DEEPSEEK, "deepseek-chat", 64, 120),
        OPENROUTERS_GPT(Kind.OPENROUTER, "openai/gpt-4o-mini", 128, 5),
        OPENROUTERS_GEMINI(Kind.OPENROUTER, "google/gemini-2.5-flash", 64, 5),
        OPENROUTERS_DEEPSEEK(Kind.OPENROUTER, "deepseek/deepseek-chat", 64, 120),
        GEMINI_2_5(Kind.GEMINI, "gemini-2.5-flash", 64, 5),
        GEMINI_3(Kind.GEMINI, "gemini-3.5-flash", 64, 5);

        private final Kind kind;
        private final String model;
        private final int step;
        private final Duration kept;

        Rememberer(Kind kind, String model, int step, int keptMinutes) {
            this.kind = kind;
            this.model = model;
            this.step = step;
            this.kept = Duration.ofMinutes(keptMinutes);
        }
    }

    private static final String LONG = "The tide comes and the tide goes. ".repeat(600);

    private final ManualTime time = new ManualTime();
    private Simulator simulator = Simulator.start(SimulatorSettings.instant("none"), time);
    private SimulatorClient client = new SimulatorClient(simulator);

    @AfterEach
    void stop() {
        client.close();
        simulator.close();
    }

    private void offer(Kind kind) {
        stop();
        ProviderSettings any =
                ProviderSettings.of("p", kind)
                        .instant()
                        .withModels(List.of(OfferedModel.chat("*")));
        simulator = Simulator.start(SimulatorSettings.of(any), time);
        client = new SimulatorClient(simulator);
    }

    /// The usage of an answer to what was said, a user's words and a model's by turns.
    private JsonNode usage(Kind kind, String model, String more, String... said) throws Exception {
        return usageOf(kind, model, "sk-one", more, said);
    }

    private JsonNode usageOf(Kind kind, String model, String key, String more, String... said)
            throws Exception {
        List<String> turns = new ArrayList<>();
        boolean gemini = kind == Kind.GEMINI;
        for (int i = 0; i < said.length; i++) {
            String role = i % 2 == 0 ? "user" : gemini ? "model" : "assistant";
            turns.add(
                    gemini
                            ? "{\"role\":\"%s\",\"parts\":[{\"text\":\"%s\"}]}"
                                    .formatted(role, said[i])
                            : "{\"role\":\"%s\",\"content\":\"%s\"}".formatted(role, said[i]));
        }
        String body =
                gemini
                        ? "{\"contents\":[%s]}".formatted(String.join(",", turns))
                        : "{\"model\":\"%s\",\"messages\":[%s]%s}"
                                .formatted(model, String.join(",", turns), more);
        String path =
                gemini
                        ? "/p/v1beta/models/" + model + ":generateContent"
                        : "/p" + kind.root() + "/chat/completions";
        HttpResponse<String> answer =
                client.send("POST", path, body, "authorization", "Bearer " + key);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        JsonNode root = SimulatorClient.JSON.readTree(answer.body());
        return root.path(gemini ? "usageMetadata" : "usage");
    }

    private static int read(JsonNode usage) {
        return usage.path("cachedContentTokenCount").asInt(0)
                + usage.at("/prompt_tokens_details/cached_tokens").asInt(0);
    }

    private static int prompt(JsonNode usage) {
        return usage.path("promptTokenCount").asInt(0) + usage.path("prompt_tokens").asInt(0);
    }

    @ParameterizedTest
    @EnumSource
    void a_conversation_that_goes_on_is_known_but_for_its_end(Rememberer who) throws Exception {
        offer(who.kind);

        JsonNode first = usage(who.kind, who.model, "", LONG);
        JsonNode next = usage(who.kind, who.model, "", LONG, "Yes.", "Go on.");

        assertThat(read(first)).isZero();
        assertThat(read(next)).isPositive();
        assertThat(read(next) % who.step).isZero();
        assertThat(prompt(first) - read(next)).isBetween(0, who.step + 8);
    }

    @ParameterizedTest
    @EnumSource
    void it_is_forgotten_after_its_time(Rememberer who) throws Exception {
        offer(who.kind);

        usage(who.kind, who.model, "", LONG);
        time.advance(who.kept.minusSeconds(1));
        int inTime = read(usage(who.kind, who.model, "", LONG));
        time.advance(who.kept);
        int late = read(usage(who.kind, who.model, "", LONG));

        assertThat(inTime).isPositive();
        assertThat(late).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void another_account_knows_nothing_of_it(Rememberer who) throws Exception {
        offer(who.kind);

        usageOf(who.kind, who.model, "sk-one", "", LONG);

        assertThat(read(usageOf(who.kind, who.model, "sk-two", "", LONG))).isZero();
        assertThat(read(usageOf(who.kind, who.model, "sk-one", "", LONG))).isPositive();
    }

    @ParameterizedTest
    @EnumSource
    void what_begins_otherwise_is_not_known(Rememberer who) throws Exception {
        offer(who.kind);

        usage(who.kind, who.model, "", LONG);

        assertThat(read(usage(who.kind, who.model, "", "Well: " + LONG))).isZero();
    }

    @ParameterizedTest
    @EnumSource(
            value = Rememberer.class,
            names = {"OPENAI", "GPT_6", "XAI", "OPENROUTERS_GPT"})
    void another_cache_key_comes_to_another_machine(Rememberer who) throws Exception {
        offer(who.kind);
        String one = ",\"prompt_cache_key\":\"one\"";

        usage(who.kind, who.model, one, LONG);

        assertThat(read(usage(who.kind, who.model, ",\"prompt_cache_key\":\"two\"", LONG)))
                .isZero();
        assertThat(read(usage(who.kind, who.model, one, LONG))).isPositive();
    }

    @Test
    void a_prompt_kept_for_a_day_is_known_the_next_morning() throws Exception {
        offer(Kind.OPENAI);
        String day = ",\"prompt_cache_retention\":\"24h\"";

        usage(Kind.OPENAI, "gpt-4o", day, LONG);
        time.advance(Duration.ofHours(20));

        assertThat(read(usage(Kind.OPENAI, "gpt-4o", day, LONG))).isPositive();
    }

    @Test
    void newer_models_of_openai_tell_what_they_wrote() throws Exception {
        offer(Kind.OPENAI);

        JsonNode first = usage(Kind.OPENAI, "gpt-6-sol", "", LONG);
        JsonNode second = usage(Kind.OPENAI, "gpt-6-sol", "", LONG);

        int written = first.at("/prompt_tokens_details/cache_write_tokens").asInt();
        assertThat(written).isGreaterThan(4000).isEqualTo(read(second));
        assertThat(second.at("/prompt_tokens_details").has("cache_write_tokens")).isFalse();
    }

    @Test
    void explicit_caching_remembers_what_is_marked_alone() throws Exception {
        offer(Kind.OPENAI);
        UnaryOperator<String> asking =
                mark ->
                        """
                        {"model":"gpt-6-sol","prompt_cache_options":{"mode":"explicit"},
                         "messages":[{"role":"user","content":[{"type":"text","text":"%s"%s},
                         {"type":"text","text":"%s"}]}]}
                        """
                                .formatted(LONG, mark, LONG);
        String mark = ",\"prompt_cache_breakpoint\":{\"mode\":\"explicit\"}";

        for (int i = 0; i < 2; i++) {
            assertThat(read(chatted(asking.apply("")))).isZero();
        }
        int written =
                chatted(asking.apply(mark)).at("/prompt_tokens_details/cache_write_tokens").asInt();
        assertThat(read(chatted(asking.apply(mark)))).isEqualTo(written).isBetween(4000, 6000);
    }

    @Test
    void claude_behind_openrouter_remembers_what_is_marked_alone() throws Exception {
        offer(Kind.OPENROUTER);
        UnaryOperator<String> asking =
                mark ->
                        """
                        {"model":"anthropic/claude-haiku-4.5","messages":[
                         {"role":"user","content":[{"type":"text","text":"%s"%s}]}]}
                        """
                                .formatted(LONG, mark);
        String mark = ",\"cache_control\":{\"type\":\"ephemeral\"}";

        chatted(asking.apply(""));
        JsonNode unmarked = chatted(asking.apply(""));
        JsonNode first = chatted(asking.apply(mark));
        JsonNode second = chatted(asking.apply(mark));
        time.advance(Duration.ofMinutes(6));
        JsonNode late = chatted(asking.apply(mark));

        assertThat(read(unmarked)).isZero();
        assertThat(first.at("/prompt_tokens_details/cache_write_tokens").asInt())
                .isEqualTo(read(second))
                .isPositive();
        assertThat(read(late)).isZero();
        assertThat(first.path("cost").asDouble())
                .as("a write costs more, a read less")
                .isGreaterThan(unmarked.path("cost").asDouble())
                .isGreaterThan(second.path("cost").asDouble() * 2);
    }

    private JsonNode chatted(String body) throws Exception {
        String root = body.contains("anthropic/") ? "/p/api/v1" : "/p/v1";
        HttpResponse<String> answer = client.send("POST", root + "/chat/completions", body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return SimulatorClient.JSON.readTree(answer.body()).path("usage");
    }

    @Test
    void a_response_that_goes_on_with_a_stored_one_is_known_as_if_all_were_sent() throws Exception {
        offer(Kind.OPENAI);

        JsonNode first = responded("\"input\":\"" + LONG + "\"");
        JsonNode next =
                responded(
                        "\"previous_response_id\":\"%s\",\"input\":\"Go on.\""
                                .formatted(first.path("id").asString()));
        JsonNode whole =
                responded(
                        """
                        "store":false,"input":[{"role":"user","content":"%s"},
                         {"type":"message","role":"assistant","content":[{"type":"output_text","text":%s}]},
                         {"role":"user","content":[{"type":"input_text","text":"Go on."}]}]
                        """
                                .formatted(LONG, first.at("/output/0/content/0/text")));

        int read = next.at("/usage/input_tokens_details/cached_tokens").asInt();
        assertThat(read).isGreaterThan(4000);
        assertThat(whole.at("/usage/input_tokens_details/cached_tokens").asInt())
                .isGreaterThanOrEqualTo(read);
    }

    private JsonNode responded(String fields) throws Exception {
        HttpResponse<String> answer =
                client.send("POST", "/p/v1/responses", "{\"model\":\"gpt-4o\"," + fields + "}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return SimulatorClient.JSON.readTree(answer.body());
    }

    @Test
    void a_stream_reads_and_tells_the_same() throws Exception {
        offer(Kind.DEEPSEEK);
        String body =
                "{\"model\":\"deepseek-chat\",\"stream\":true,\"messages\":[{\"role\":\"user\","
                        + "\"content\":\""
                        + LONG
                        + "\"}]}";

        client.send("POST", "/p/chat/completions", body);
        String second = client.send("POST", "/p/chat/completions", body).body();

        assertThat(second).containsPattern("\"prompt_cache_hit_tokens\":[1-9]\\d{3}");
    }
}
