package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.vault.Secret;
import dev.switchgear.identity.ClientKey;
import dev.switchgear.server.ScriptedHouse.Answer;
import dev.switchgear.server.door.RawClient;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What a client's token limit has lost when a request is over: what it used, however it ended.
final class TokenLimitsTest {
    private static final ClientKey KEY = ClientKey.generate(new Random(1));
    private static final String BEARER = "Bearer " + KEY.reveal();
    private static final int LIMIT = 100_000;

    /// What the estimate reserves for the answer, far from what any answer here uses.
    private static final int BOUND = 7_000;

    private static final String USAGE =
            "\"usage\":{\"prompt_tokens\":900,\"completion_tokens\":11,\"total_tokens\":911}";
    private static final String SOME =
            "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\","
                    + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"one two three\"}}]}\n\n";
    private static final String END =
            "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\","
                    + "\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";

    private ScriptedHouse house;

    @BeforeEach
    void open() {
        house =
                ScriptedHouse.open(
                        """
                        clients:
                          - { name: app, key-hash: "%s", limits: { tokens-per-minute: %d } }
                        routes:
                          - match: { model: two }
                            to: [ { provider: chat, model: m }, { provider: mistral, model: m } ]
                        resilience: { retry: { attempts: 2 } }
                        """
                                .formatted(KEY.stored(Secret.of(House.PEPPER)).text(), LIMIT));
    }

    @AfterEach
    void close() {
        house.close();
    }

    private static Answer whole(String usage) {
        return Answer.json(
                200,
                "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",\"choices\":"
                        + "[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"ok\"},"
                        + "\"finish_reason\":\"stop\"}],"
                        + usage
                        + "}");
    }

    private static Answer error(int status) {
        return Answer.json(status, "{\"error\":{\"message\":\"no\",\"type\":\"x\"}}");
    }

    private static Stream<Arguments> ends() {
        String more = USAGE.replace("11,", "20011,").replace("911", "20911");
        return Stream.of(
                Arguments.of("plain", "less than reserved", false, List.of(whole(USAGE)), 911, 911),
                Arguments.of("plain", "more", false, List.of(whole(more)), 20_911, 20_911),
                Arguments.of("plain", "refused", false, List.of(error(400)), 0, 0),
                Arguments.of("plain", "limited", false, List.of(error(429)), 0, 0),
                Arguments.of("plain", "key rejected", false, List.of(error(401)), 0, 0),
                Arguments.of("plain", "broke", false, List.of(error(500)), BOUND, 2 * BOUND),
                Arguments.of(
                        "stream",
                        "less than reserved",
                        true,
                        List.of(
                                Answer.events(
                                        SOME,
                                        END,
                                        "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\","
                                                + "\"created\":1,\"model\":\"m\",\"choices\":[],"
                                                + USAGE
                                                + "}\n\n",
                                        "data: [DONE]\n\n")),
                        911,
                        911),
                Arguments.of("stream", "refused", true, List.of(error(400)), 0, 0),
                Arguments.of("stream", "broke off", true, List.of(Answer.events(SOME)), 1, 100));
    }

    /// @param least tokens that are gone afterwards
    /// @param most tokens that are gone afterwards
    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("ends")
    void a_request_costs_what_it_used(
            String shape, String end, boolean streamed, List<Answer> answers, int least, int most) {
        int before = left();
        house.answers("chat", answers.toArray(Answer[]::new));

        house.post("/v1/chat/completions", body("chat/m", streamed), "authorization", BEARER);

        assertThat(before - left()).as(shape + " " + end).isBetween(least, most);
    }

    @Test
    void who_is_served_by_a_second_provider_pays_for_one_answer() {
        int before = left();
        house.answers("chat", error(500)).answers("mistral", whole(USAGE));

        HttpResponse<String> answer =
                house.post("/v1/chat/completions", body("two", false), "authorization", BEARER);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(before - left()).isEqualTo(911);
    }

    @Test
    void what_nobody_can_be_asked_for_costs_nothing() {
        int before = left();

        house.post("/v1/chat/completions", body("nobody/m", false), "authorization", BEARER);

        assertThat(before - left()).isZero();
    }

    @Test
    void a_stream_whose_client_has_gone_costs_something_and_not_more_than_was_reserved()
            throws Exception {
        int before = left();
        var parts = new String[2_000];
        Arrays.fill(parts, SOME);
        house.answers("chat", Answer.events(parts));
        try (var client = new RawClient(house.port())) {
            String body = body("chat/m", true);
            client.send(
                    "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: "
                            + BEARER
                            + "\r\ncontent-type: application/json\r\ncontent-length: "
                            + body.length()
                            + "\r\n\r\n"
                            + body);
            client.readUntil("one two three");
        }
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (house.gateway().totals().now().calls() < 1 && System.nanoTime() < end) {
            Thread.onSpinWait();
        }

        assertThat(before - left()).isBetween(1, 2 * BOUND);
    }

    /// What the limit has left, but for what asking costs.
    private int left() {
        String small = "{\"model\":\"openai/m\",\"max_tokens\":1,\"messages\":[]}";
        house.answers("openai", error(400));
        HttpResponse<String> answer =
                house.post("/v1/chat/completions", small, "authorization", BEARER);
        return Math.toIntExact(
                answer.headers()
                        .firstValueAsLong("x-ratelimit-remaining-tokens")
                        .orElseThrow(() -> new AssertionError(answer.body())));
    }

    private static String body(String model, boolean streamed) {
        return "{\"model\":\""
                + model
                + "\",\"stream\":"
                + streamed
                + ",\"max_tokens\":"
                + BOUND
                + ",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
    }
}
