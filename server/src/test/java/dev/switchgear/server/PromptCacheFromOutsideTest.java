package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.switchgear.simulator.mind.OfferedModel;
import dev.switchgear.simulator.settings.Kind;
import dev.switchgear.simulator.settings.ProviderSettings;
import dev.switchgear.simulator.settings.SimulatorSettings;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What becomes of a provider's prompt cache while a conversation grows, for clients of each dialect,
/// before simulated providers that remember prompts as the real ones do.
final class PromptCacheFromOutsideTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int TURNS = 6;

    /// Enough for every model to remember it.
    private static final String SYSTEM =
            "The tide comes and the tide goes, says the harbour. ".repeat(400);

    @SuppressWarnings("InlineFormatString") // Where it is used it would hide what is asked.
    private static final String PROVIDERS =
            """
            egress: { allow-private: ["127.0.0.1:%1$d"] }
            providers:
              claude: { kind: anthropic, base-url: "http://127.0.0.1:%1$d/claude", keys: [ { secret: sk-claude-0123456789 } ] }
              router: { kind: openrouter, base-url: "http://127.0.0.1:%1$d/router/api/v1", keys: [ { secret: sk-router-0123456789 } ] }
              openai: { kind: openai, base-url: "http://127.0.0.1:%1$d/openai/v1", keys: [ { secret: sk-openai-0123456789 } ] }
              google: { kind: gemini, base-url: "http://127.0.0.1:%1$d/google/v1beta", keys: [ { secret: sk-google-0123456789 } ] }
              deep: { kind: deepseek, base-url: "http://127.0.0.1:%1$d/deep", keys: [ { secret: sk-deep-0123456789 } ] }
              x: { kind: xai, base-url: "http://127.0.0.1:%1$d/x/v1", keys: [ { secret: sk-x-0123456789 } ] }
            routes:
              - { match: { model: claude }, to: [ { provider: claude, model: claude-sonnet-4-5 } ], prompt-cache: %2$s }
              - { match: { model: router }, to: [ { provider: router, model: anthropic/claude-sonnet-4.5 } ], prompt-cache: %2$s }
              - { match: { model: openai }, to: [ { provider: openai, model: gpt-4o } ], prompt-cache: %2$s }
              - { match: { model: google }, to: [ { provider: google, model: gemini-2.5-flash } ], prompt-cache: %2$s }
              - { match: { model: deep }, to: [ { provider: deep, model: deepseek-chat } ], prompt-cache: %2$s }
              - { match: { model: x }, to: [ { provider: x, model: grok-4.3 } ], prompt-cache: %2$s }
            """;

    private static House house(String cache) {
        var simulated =
                SimulatorSettings.of(
                        of("claude", Kind.ANTHROPIC),
                        of("router", Kind.OPENROUTER),
                        of("openai", Kind.OPENAI),
                        of("google", Kind.GEMINI),
                        of("deep", Kind.DEEPSEEK),
                        of("x", Kind.XAI));
        return House.of(
                simulated, port -> "server: { port: 0 }\n" + PROVIDERS.formatted(port, cache));
    }

    private static ProviderSettings of(String name, Kind kind) {
        return ProviderSettings.of(name, kind)
                .instant()
                .withModels(List.of(OfferedModel.chat("*")));
    }

    /// How a client of each dialect asks with all that was said so far, and reads the answer.
    enum Client {
        CHAT("/v1/chat/completions", "/choices/0/message/content"),
        RESPONSES("/v1/responses", "/output/0/content/0/text"),
        ANTHROPIC("/v1/messages", "/content/0/text"),
        GEMINI("/v1beta/models/%s:generateContent", "/candidates/0/content/parts/0/text");

        private final String path;
        private final String said;

        Client(String path, String said) {
            this.path = path;
            this.said = said;
        }

        private String path(String model, boolean streamed) {
            String whole = path.formatted(model);
            return this == GEMINI && streamed
                    ? whole.replace(":generateContent", ":streamGenerateContent?alt=sse")
                    : whole;
        }

        private String body(String model, List<String> said, boolean streamed) {
            var turns = new ArrayList<String>();
            for (int i = 0; i < said.size(); i++) {
                String role = i % 2 == 0 ? "user" : this == GEMINI ? "model" : "assistant";
                String text = JSON.writeValueAsString(said.get(i));
                turns.add(
                        this == GEMINI
                                ? "{\"role\":\"%s\",\"parts\":[{\"text\":%s}]}"
                                        .formatted(role, text)
                                : "{\"role\":\"%s\",\"content\":%s}".formatted(role, text));
            }
            String all = String.join(",", turns);
            String head = "\"model\":\"" + model + "\"" + (streamed ? ",\"stream\":true" : "");
            return switch (this) {
                case CHAT ->
                        "{%s,\"messages\":[{\"role\":\"system\",\"content\":\"%s\"},%s]}"
                                .formatted(head, SYSTEM, all);
                case RESPONSES ->
                        "{%s,\"store\":false,\"instructions\":\"%s\",\"input\":[%s]}"
                                .formatted(head, SYSTEM, all);
                case ANTHROPIC ->
                        "{%s,\"max_tokens\":900,\"system\":\"%s\",\"messages\":[%s]}"
                                .formatted(head, SYSTEM, all);
                case GEMINI ->
                        "{\"systemInstruction\":{\"parts\":[{\"text\":\"%s\"}]},\"contents\":[%s]}"
                                .formatted(SYSTEM, all);
            };
        }
    }

    /// Lets a conversation grow.
    private static void talk(House house, Client client, String model, boolean streamed) {
        var said = new ArrayList<String>();
        for (int turn = 0; turn < TURNS; turn++) {
            said.add("What about the harbour, please? This is question " + turn + ".");
            HttpResponse<String> answer =
                    house.post(
                            client.path(model, streamed),
                            client.body(model, said, streamed),
                            "anthropic-version",
                            "2023-06-01");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            said.add(
                    streamed
                            ? "It rises " + turn + " times."
                            : JSON.readTree(answer.body()).at(client.said).asString());
        }
    }

    private static void talk(House house, Client client, String model) {
        talk(house, client, model, false);
    }

    /// What the books have, once all attempts are entered: that is when their answers have left.
    private static JsonNode costs(House house, String provider, int attempts) {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (true) {
            String books = house.get("/api/costs?provider=" + provider).body();
            JsonNode total = JSON.readTree(books).path("total");
            if (total.path("attempts").asInt() >= attempts || System.nanoTime() > end) {
                assertThat(total.path("attempts").asInt()).as(books).isEqualTo(attempts);
                return total;
            }
            Thread.onSpinWait();
        }
    }

    private static long tokens(JsonNode costs, String kind) {
        return costs.at("/tokens/" + kind).asLong();
    }

    /// What is read again where only the last turn is new: about all but the first request's prompt.
    private static double readAgain(JsonNode costs) {
        double all =
                tokens(costs, "input")
                        + tokens(costs, "cacheRead")
                        + tokens(costs, "cacheWrite")
                        + tokens(costs, "cacheWriteHour");
        return tokens(costs, "cacheRead") / (all * (TURNS - 1) / TURNS);
    }

    @ParameterizedTest
    @CsvSource({"claude", "router"})
    void without_the_setting_claude_remembers_nothing_that_the_client_did_not_mark(String model) {
        try (House house = house("off")) {
            talk(house, Client.CHAT, model);
            talk(house, Client.ANTHROPIC, model);

            assertThat(tokens(costs(house, model, 2 * TURNS), "cacheRead")).isZero();
            assertThat(tokens(costs(house, model, 2 * TURNS), "cacheWrite")).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "CHAT, claude, false",
        "CHAT, claude, true",
        "RESPONSES, claude, false",
        "RESPONSES, claude, true",
        "ANTHROPIC, claude, false",
        "ANTHROPIC, claude, true",
        "GEMINI, claude, false",
        "GEMINI, claude, true",
        "CHAT, router, false",
        "CHAT, router, true",
        "ANTHROPIC, router, false",
        "ANTHROPIC, router, true",
        "GEMINI, router, false",
        "GEMINI, router, true"
    })
    void with_it_claude_remembers_the_conversation_of_every_client(
            Client client, String model, boolean streamed) {
        try (House house = house("auto")) {
            talk(house, client, model, streamed);

            JsonNode costs = costs(house, model, TURNS);
            assertThat(readAgain(costs)).as(model + ": " + costs).isGreaterThan(0.95);
            assertThat(costs.path("cacheSavedUsd").asDouble()).isPositive();
            assertThat(tokens(costs, "cacheWriteHour")).isZero();
        }
    }

    @Test
    void an_hour_is_written_where_the_route_says_so() {
        try (House house = house("hour")) {
            talk(house, Client.ANTHROPIC, "claude");

            JsonNode costs = costs(house, "claude", TURNS);
            assertThat(tokens(costs, "cacheWriteHour")).isPositive();
            assertThat(tokens(costs, "cacheWrite")).isZero();
            assertThat(readAgain(costs)).isGreaterThan(0.95);
        }
    }

    /// Nothing that the gateway words for a turn makes the turn before it another prompt.
    @ParameterizedTest
    @EnumSource
    void whoever_remembers_unasked_knows_the_conversation_of_every_client(Client client) {
        for (String model : List.of("openai", "google", "deep", "x")) {
            try (House house = house("auto")) {
                talk(house, client, model, false);
                talk(house, client, model, true);

                JsonNode costs = costs(house, model, 2 * TURNS);
                assertThat(readAgain(costs)).as(model + ": " + costs).isGreaterThan(0.9);
            }
        }
    }

    @Test
    void a_prompt_that_is_never_sent_again_costs_more_for_being_marked_and_that_is_told() {
        String once = Client.CHAT.body("claude", List.of("Hello"), false);
        BigDecimal without;
        try (House house = house("off")) {
            HttpResponse<String> answer = house.post(Client.CHAT.path, once);
            without = costs(house, "claude", 1).path("costUsd").decimalValue();
            assertThat(told(answer, "cache-saved-usd")).isEmpty();
            assertThat(told(answer, "cache-write-tokens")).isEmpty();
        }
        try (House house = house("auto")) {
            HttpResponse<String> answer = house.post(Client.CHAT.path, once);

            JsonNode costs = costs(house, "claude", 1);
            BigDecimal lost = costs.path("costUsd").decimalValue().subtract(without);
            assertThat(lost).as("a quarter of the input").isPositive();
            assertThat(costs.path("cacheSavedUsd").decimalValue())
                    .isEqualByComparingTo(lost.negate());
            assertThat(costs.path("cacheSurchargeUsd").decimalValue()).isEqualByComparingTo(lost);
            assertThat(told(answer, "cache-saved-usd").map(BigDecimal::new).orElseThrow())
                    .isEqualByComparingTo(lost.negate());
            assertThat(told(answer, "cache-write-tokens"))
                    .contains(Long.toString(tokens(costs, "cacheWrite")));
            assertThat(told(answer, "cache-read-tokens")).isEmpty();
            assertThat(metric(house, "switchgear_cache_surcharge_usd_total"))
                    .isCloseTo(lost.doubleValue(), within(1e-12));
        }
    }

    @Test
    void the_next_turn_tells_what_it_read_and_what_that_saved() {
        try (House house = house("auto")) {
            house.post(Client.CHAT.path, Client.CHAT.body("claude", List.of("Hello"), false));
            JsonNode first = costs(house, "claude", 1);
            HttpResponse<String> again =
                    house.post(
                            Client.CHAT.path,
                            Client.CHAT.body("claude", List.of("Hello", "Yes?", "Go on"), false));

            JsonNode costs = costs(house, "claude", 2);
            assertThat(told(again, "cache-read-tokens"))
                    .contains(Long.toString(tokens(costs, "cacheRead")));
            BigDecimal gain =
                    costs.path("cacheSavedUsd")
                            .decimalValue()
                            .subtract(first.path("cacheSavedUsd").decimalValue());
            assertThat(gain).isPositive();
            assertThat(told(again, "cache-saved-usd").map(BigDecimal::new).orElseThrow())
                    .isEqualByComparingTo(gain);
            assertThat(
                            metric(house, "switchgear_cache_saved_usd_total")
                                    - metric(house, "switchgear_cache_surcharge_usd_total"))
                    .isCloseTo(costs.path("cacheSavedUsd").asDouble(), within(1e-12));
            assertThat(metric(house, "switchgear_tokens_total", "type=\"cache_read\""))
                    .isEqualTo((double) tokens(costs, "cacheRead"));
        }
    }

    private static Optional<String> told(HttpResponse<String> answer, String what) {
        return answer.headers().firstValue("x-switchgear-" + what);
    }

    /// The sum of all series of that name that have all these labels.
    private static double metric(House house, String name, String... labels) {
        return house.metrics()
                .lines()
                .filter(line -> line.startsWith(name + "{"))
                .filter(line -> Stream.of(labels).allMatch(line::contains))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }
}
