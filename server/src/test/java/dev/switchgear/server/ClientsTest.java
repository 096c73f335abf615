package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.vault.Secret;
import dev.switchgear.identity.ClientKey;
import java.net.http.HttpResponse;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Who may call, and how much.
class ClientsTest {
    private final ClientKey key = ClientKey.generate(new Random(1));
    private final ClientKey other = ClientKey.generate(new Random(2));
    private final House house =
            House.open(
                    House.ROUTES
                            + """
                            clients:
                              - { name: app, key-hash: "%s", limits: { requests-per-minute: 3 } }
                              - { name: ops, key-hash: "%s" }
                            """
                                    .formatted(stored(key), stored(other)));

    private static String stored(ClientKey key) {
        return key.stored(Secret.of(House.PEPPER)).text();
    }

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    void without_a_good_key_nobody_comes_in_and_nothing_is_asked_upstream() {
        var none = house.chat("auto");
        var wrong = house.chat("auto", "authorization", "Bearer sk-wrong");
        var typo = house.chat("auto", "authorization", "Bearer " + key.reveal() + "x");
        var stranger =
                house.chat(
                        "auto",
                        "authorization",
                        "Bearer " + ClientKey.generate(new Random(3)).reveal());

        for (var answer : new HttpResponse<?>[] {none, wrong, typo, stranger}) {
            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(answer.body().toString())
                    .contains("invalid_api_key", "SG-1401")
                    .doesNotContain(key.reveal());
        }
        assertThat(house.get("/v1/models").statusCode()).isEqualTo(401);
        assertThat(house.get("/metrics").statusCode()).isEqualTo(401);
        assertThat(house.provider("alpha").requestCount()).isZero();
    }

    @Test
    void a_good_key_opens_every_door() {
        assertThat(ask(key).statusCode()).isEqualTo(200);
        assertThat(house.get("/v1/models", "authorization", "Bearer " + key.reveal()).statusCode())
                .isEqualTo(200);
    }

    /// Clients of Azure show it so.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    /v1/chat/completions                          | "messages":[{"role":"user","content":"hi"}]
                    /openai/v1/responses                          | "input":"hi"
                    /openai/deployments/auto/chat/completions     | "messages":[{"role":"user","content":"hi"}]
                    """)
    void a_key_may_stand_in_api_key_before_openais_doors(String path, String asked) {
        String body = "{\"model\":\"auto\"," + asked + "}";

        assertThat(house.post(path, body, "api-key", other.reveal()).statusCode()).isEqualTo(200);
        assertThat(house.post(path, body, "api-key", "sk-wrong").statusCode()).isEqualTo(401);
    }

    @Test
    void over_its_limit_a_client_is_told_when_to_come_again_and_others_go_on() {
        HttpResponse<String> first = ask(key);
        ask(key);
        ask(key);
        HttpResponse<String> fourth = ask(key);

        assertThat(first.headers().firstValue("x-ratelimit-limit-requests")).contains("3");
        assertThat(first.headers().firstValue("x-ratelimit-remaining-requests")).contains("2");
        assertThat(fourth.statusCode()).isEqualTo(429);
        assertThat(fourth.body()).contains("SG-1202", "app", "rate_limit_exceeded");
        assertThat(fourth.headers().firstValueAsLong("retry-after").orElseThrow())
                .isBetween(1L, 62L);
        assertThat(fourth.headers().firstValue("retry-after-ms")).isPresent();
        assertThat(fourth.headers().firstValue("x-ratelimit-remaining-requests")).contains("0");
        assertThat(ask(other).statusCode()).as("another client").isEqualTo(200);
    }

    private HttpResponse<String> ask(ClientKey shown) {
        return house.chat("auto", "authorization", "Bearer " + shown.reveal());
    }
}
