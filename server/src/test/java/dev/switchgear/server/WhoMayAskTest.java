package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.vault.Secret;
import dev.switchgear.identity.ClientKey;
import dev.switchgear.server.door.RawClient;
import java.io.IOException;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Every page for operators and probes, asked by everybody who might.
final class WhoMayAskTest {
    /// For whom a page is.
    enum For {
        /// Whoever reaches the door.
        ALL,
        CLIENTS,
        OPERATORS
    }

    /// Who asks.
    private enum Asker {
        NOBODY(""),
        WRONG_KEY("authorization: Bearer sg-wrong\r\n"),
        CLIENT("authorization: Bearer " + APP.reveal() + "\r\n"),
        OPERATOR("authorization: Bearer " + HEAD.reveal() + "\r\n");

        private final String header;

        Asker(String header) {
            this.header = header;
        }

        private boolean may(For page) {
            return switch (page) {
                case ALL -> true;
                case CLIENTS -> this == CLIENT || this == OPERATOR;
                case OPERATORS -> this == OPERATOR;
            };
        }
    }

    private static final ClientKey APP = ClientKey.generate(new Random(1));
    private static final ClientKey HEAD = ClientKey.generate(new Random(2));

    private static House open;
    private static House keyed;

    @BeforeAll
    static void open() {
        open = House.open();
        keyed =
                House.open(
                        House.ROUTES
                                + """
                                clients:
                                  - { name: some-app, key-hash: "%s" }
                                  - { name: some-head, key-hash: "%s", operator: true }
                                """
                                        .formatted(
                                                APP.stored(Secret.of(House.PEPPER)).text(),
                                                HEAD.stored(Secret.of(House.PEPPER)).text()));
    }

    @AfterAll
    static void close() {
        open.close();
        keyed.close();
    }

    private static Stream<Arguments> pages() {
        return Stream.of(
                page(For.ALL, "GET /livez"),
                page(For.ALL, "GET /healthz"),
                page(For.ALL, "GET /health/liveliness"),
                page(For.ALL, "GET /health/liveness"),
                page(For.ALL, "GET /health/live"),
                page(For.ALL, "GET /readyz"),
                page(For.ALL, "GET /health/readiness"),
                page(For.ALL, "GET /health/ready"),
                page(For.CLIENTS, "GET /api/health"),
                page(For.CLIENTS, "GET /health"),
                page(For.CLIENTS, "GET /health/"),
                page(For.CLIENTS, "GET /metrics"),
                page(For.CLIENTS, "GET /v1/model/info"),
                page(For.CLIENTS, "GET /model/info"),
                page(For.CLIENTS, "GET /v1/models"),
                page(For.CLIENTS, "GET /api/tags"),
                page(For.CLIENTS, "GET /api/providers/metadata"),
                page(For.CLIENTS, "GET /api/ai/failover/status"),
                page(For.CLIENTS, "GET /api/ai/failover/health-summary"),
                page(For.OPERATORS, "GET /api/ai/failover/failover-history"),
                page(For.OPERATORS, "POST /api/ai/failover/health-check"),
                page(For.OPERATORS, "POST /api/providers/alpha/test"),
                page(For.OPERATORS, "GET /api/admin/switches"),
                page(For.OPERATORS, "DELETE /api/admin/switches/beta"),
                Arguments.of(For.OPERATORS, "POST /api/ai/failover/force-status", 400),
                Arguments.of(For.OPERATORS, "PUT /api/admin/switches/beta", 400),
                Arguments.of(For.OPERATORS, "GET /api/admin/switches/beta", 404));
    }

    private static Arguments page(For whom, String line) {
        return Arguments.of(whom, line, 200);
    }

    @ParameterizedTest
    @MethodSource("pages")
    void once_clients_have_keys_a_page_is_for_whom_it_is_meant(For whom, String line, int served)
            throws IOException {
        for (Asker asker : Asker.values()) {
            for (String host : new String[] {"127.0.0.1", "gateway.example"}) {
                String answer = ask(keyed, line, asker.header + "host: " + host + "\r\n");

                if (asker.may(whom)) {
                    assertThat(status(answer)).as(asker + " " + answer).isEqualTo(served);
                } else {
                    assertThat(status(answer))
                            .as(asker + " " + answer)
                            .isEqualTo(asker == Asker.CLIENT ? 403 : 401);
                }
                if (!asker.may(whom) || whom == For.ALL) {
                    assertThat(answer)
                            .as(asker.toString())
                            .doesNotContain("alpha", "beta", "gamma", "gpt-4o", "some-head");
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void where_no_client_is_configured_a_page_is_for_this_machine_alone(
            For whom, String line, int served) throws IOException {
        int stranger = whom == For.ALL ? served : 401;

        assertThat(status(ask(open, line, "host: 127.0.0.1\r\n"))).isEqualTo(served);
        assertThat(status(ask(open, line, "host: localhost:1\r\n"))).isEqualTo(served);
        assertThat(status(ask(open, line, "host: rebound.example\r\n"))).isEqualTo(stranger);
        assertThat(status(ask(open, line, "host: 127.0.0.1\r\norigin: https://page.example\r\n")))
                .isEqualTo(stranger);
    }

    private static String ask(House house, String line, String headers) throws IOException {
        try (var client = new RawClient(house.port())) {
            return client.send(
                            line
                                    + " HTTP/1.1\r\n"
                                    + headers
                                    + "connection: close\r\ncontent-length: 0\r\n\r\n")
                    .readAll();
        }
    }

    private static int status(String answer) {
        return Integer.parseInt(answer.substring(9, 12));
    }
}
