package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.vault.Secret;
import dev.switchgear.identity.ClientKey;
import dev.switchgear.server.door.RawClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Limits of end users and of addresses, as clients of each protocol meet them.
final class UserLimitsTest {
    private static final ClientKey KEY = ClientKey.generate(new Random(1));
    private static final String KEYED =
            "authorization: Bearer "
                    + KEY.reveal()
                    + "\r\nx-api-key: "
                    + KEY.reveal()
                    + "\r\nx-goog-api-key: "
                    + KEY.reveal()
                    + "\r\n";

    private static String client(String more) {
        return "clients: [ { name: app, key-hash: \"%s\"%s } ]\n"
                .formatted(KEY.stored(Secret.of(House.PEPPER)).text(), more);
    }

    /// @param header before the user's name in the head; empty for none
    /// @param body with `USER` for the user's name
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/v1/chat/completions | '' | {\"model\":\"chat/m\",\"user\":\"USER\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}",
                "/v1/chat/completions | '' | {\"safety_identifier\":\"USER\",\"model\":\"chat/m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}",
                "/v1/chat/completions | x-switchgear-user | {\"model\":\"chat/m\",\"user\":\"all\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}",
                "/v1/responses | '' | {\"model\":\"chat/m\",\"input\":\"hi\",\"user\":\"USER\"}",
                "/v1/messages | '' | {\"model\":\"chat/m\",\"max_tokens\":9,\"metadata\":{\"user_id\":\"USER\"},\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}",
                "/v1beta/models/chat/m:generateContent | x-switchgear-user | {\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]}]}",
                "/api/chat | x-switchgear-user | {\"model\":\"chat/m\",\"stream\":false,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}",
                "/api/llm/chat | '' | {\"model\":\"chat/m\",\"prompt\":\"hi\",\"user\":\"USER\"}",
            })
    void an_end_user_that_asks_too_much_is_told_so_and_the_others_go_on(
            String path, String header, String body) throws IOException {
        try (ScriptedHouse house =
                ScriptedHouse.open(client(", user-limits: { requests-per-minute: 2 }"))) {
            for (int i = 0; i < 2; i++) {
                assertThat(ask(house, path, header, body, "ann")).startsWith("HTTP/1.1 200");
            }

            String refused = ask(house, path, header, body, "ann");

            assertThat(refused)
                    .startsWith("HTTP/1.1 429")
                    .containsPattern("(?i)retry-after: [0-9]+")
                    .contains("user `ann` of key `app`", "2 requests a minute");
            assertThat(ask(house, path, header, body, "bob")).startsWith("HTTP/1.1 200");
            assertThat(house.received("chat")).hasSize(3);
        }
    }

    @Test
    void leaving_the_name_out_gets_nobody_round_the_limit() throws IOException {
        String body = House.plain("chat/m");
        try (ScriptedHouse house =
                ScriptedHouse.open(client(", user-limits: { requests-per-minute: 1 }"))) {
            assertThat(ask(house, "/v1/chat/completions", "", body, "")).startsWith("HTTP/1.1 200");

            assertThat(ask(house, "/v1/chat/completions", "", body, ""))
                    .startsWith("HTTP/1.1 429")
                    .contains("requests of key `app` that name no user");
        }
    }

    /// Each asks once, of one that is allowed: who is new is served.
    @ParameterizedTest
    @CsvSource({
        "false, '', '', false",
        "false, 'x-forwarded-for: 1.2.3.4', 'x-forwarded-for: 5.6.7.8', false",
        "true, '', '', false",
        "true, 'x-forwarded-for: 1.2.3.4', 'x-forwarded-for: 1.2.3.4', false",
        "true, 'x-forwarded-for: 1.2.3.4', 'x-forwarded-for: 5.6.7.8', true",
        "true, 'x-forwarded-for: 1.2.3.4', 'x-forwarded-for: 1.2.3.4:5678', false",
        "true, 'x-forwarded-for: 9.9.9.9, 1.2.3.4', 'x-forwarded-for: 8.8.8.8, 1.2.3.4', false",
        "true, 'x-forwarded-for: 1.2.3.4, 9.9.9.9', 'x-forwarded-for: 1.2.3.4, 8.8.8.8', true",
        "true, 'x-forwarded-for: 9.9.9.9%x-forwarded-for: 1.2.3.4', 'x-forwarded-for: 8.8.8.8%x-forwarded-for: 1.2.3.4', false",
        "true, 'x-forwarded-for: 2001:db8:1:2::3', 'x-forwarded-for: 2001:db8:1:2:4:5:6:7', false",
        "true, 'x-forwarded-for: 2001:db8:1:2::3', 'x-forwarded-for: [2001:db8:1:2::9]:80', false",
        "true, 'x-forwarded-for: 2001:db8:1:2::3', 'x-forwarded-for: 2001:db8:1:3::3', true",
        "true, 'x-forwarded-for: ::ffff:1.2.3.4', 'x-forwarded-for: 1.2.3.4', false",
        "true, 'x-forwarded-for: gateway.example', 'x-forwarded-for: unknown', false",
        "true, 'x-forwarded-for: ', 'x-forwarded-for: _hidden', false",
    })
    void an_address_is_what_the_connection_or_the_proxy_in_front_says(
            boolean behindProxy, String first, String second, boolean other) throws IOException {
        String config =
                ScriptedHouse.PROVIDERS.replace(
                                "server: { port: 0 }",
                                "server: { port: 0, behind-proxy: " + behindProxy + " }")
                        + client("")
                        + "address-limits: { requests-per-minute: 1 }\n";
        String body = House.plain("chat/m");
        try (ScriptedHouse house = ScriptedHouse.of(config)) {
            assertThat(send(house, "/v1/chat/completions", lines(first), body))
                    .startsWith("HTTP/1.1 200");

            String answer = send(house, "/v1/chat/completions", lines(second), body);

            assertThat(answer).startsWith(other ? "HTTP/1.1 200" : "HTTP/1.1 429");
            if (!other) {
                assertThat(answer)
                        .containsPattern("(?i)retry-after: [0-9]+")
                        .containsPattern("for address [0-9a-f.:/]+[.] Next slot");
            }
        }
    }

    private static String lines(String headers) {
        return headers.isEmpty() ? "" : headers.replace("%", "\r\n") + "\r\n";
    }

    private static String ask(
            ScriptedHouse house, String path, String header, String body, String user)
            throws IOException {
        String named = header.isEmpty() ? "" : header + ": " + user + "\r\n";
        return send(house, path, named, body.replace("USER", user));
    }

    private static String send(ScriptedHouse house, String path, String headers, String body)
            throws IOException {
        try (var client = new RawClient(house.port())) {
            return client.send(
                            "POST "
                                    + path
                                    + " HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n"
                                    + KEYED
                                    + headers
                                    + "content-type: application/json\r\ncontent-length: "
                                    + body.getBytes(StandardCharsets.UTF_8).length
                                    + "\r\n\r\n"
                                    + body)
                    .readAll();
        }
    }
}
