package dev.switchgear.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.providers.Kinds;
import dev.switchgear.providers.LlmKind;
import dev.switchgear.server.config.ConfigProblem.Severity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What would fail at the first call is refused before anything starts, with its place, by the one loader
/// that `check`, `serve` and a reload use.
class UnusableTest {
    private static final String KEY = "sk-canary-0123456789abcdef";

    @TempDir private Path folder;

    private static List<ConfigProblem> errors(String text, Map<String, String> environment) {
        Loaded loaded = ConfigLoader.parse("test.yaml", text, environment);
        List<ConfigProblem> errors =
                loaded.problems().stream()
                        .filter(problem -> problem.severity() == Severity.ERROR)
                        .toList();
        assertThat(loaded.config().isEmpty()).isEqualTo(!errors.isEmpty());
        assertThat(loaded.problems().toString()).doesNotContain("canary");
        return errors;
    }

    private static ConfigProblem error(String text, Map<String, String> environment) {
        List<ConfigProblem> errors = errors(text, environment);
        assertThat(errors).as(text).hasSize(1);
        return errors.getFirst();
    }

    @ParameterizedTest
    @CsvSource({
        "a\\nb, a line break at place",
        "a\\rb, a line break at place",
        "a\\0b, a control character at place",
        "a\\tb, a control character at place",
        "a\\033b, a control character at place",
        "a\\177b, a control character at place"
    })
    void a_credential_with_a_control_character_is_refused_where_it_stands(
            String escaped, String words) {
        refused(escaped.translateEscapes(), words);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x100, 0x200b, 0x202e, 0x1f94a})
    void a_credential_beyond_latin_1_is_refused_where_it_stands(int character) {
        refused("a" + Character.toString(character) + "b", "beyond Latin-1");
    }

    private static void refused(String part, String words) {
        String secret = KEY + part + "z";

        ConfigProblem problem =
                error(
                        "providers:\n  openai:\n    keys:\n      - secret: \"${K}\"\n",
                        Map.of("K", secret));
        ConfigProblem header =
                error(
                        "providers:\n  openai:\n    headers: { X-A: \"${K}\" }\n",
                        Map.of("K", secret.replace('\t', '\1')));

        assertThat(problem.line()).isEqualTo(4);
        assertThat(problem.column()).isEqualTo(17);
        assertThat(problem.message()).contains("providers.openai.keys[0].secret", words);
        assertThat(header.line()).isEqualTo(3);
        assertThat(header.message()).contains("providers.openai.headers.X-A");
    }

    @Test
    void a_credential_that_is_written_out_is_looked_at_like_one_from_a_variable() {
        String yaml = "providers:\n  openai:\n    keys:\n      - secret: \"" + KEY + "a\\nb\"\n";

        assertThat(error(yaml, Map.of()).line()).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\n\n", "\r"})
    void a_line_break_at_the_end_of_what_was_mounted_is_left_out_and_said(String end) {
        String text =
                """
                server: { key-pepper: "${P}" }
                providers: { openai: { keys: [ { secret: "${K}" } ], headers: { X-A: "${H}" } } }
                """;
        Loaded loaded =
                ConfigLoader.parse(
                        "test.yaml",
                        text,
                        Map.of("K", KEY + end, "P", "a pepper" + end, "H", "a" + end));

        Config config = loaded.config().orElseThrow();
        Config.Provider openai = openai(config);
        assertThat(openai.keys().getFirst().secret().orElseThrow().reveal()).isEqualTo(KEY);
        assertThat(openai.headers().get("X-A")).isEqualTo("a");
        assertThat(config.server().keyPepper().orElseThrow().reveal()).isEqualTo("a pepper");
        for (String variable : List.of("K", "P", "H")) {
            assertThat(loaded.problems())
                    .filteredOn(problem -> problem.message().contains("`${" + variable + "}` ends"))
                    .hasSize(1);
        }
    }

    @Test
    void a_block_of_one_line_is_that_line() {
        String text =
                "providers:\n  openai:\n    keys:\n      - secret: |\n          " + KEY + "\n";

        Loaded loaded = ConfigLoader.parse("test.yaml", text, Map.of());

        Config.Provider openai = openai(loaded.config().orElseThrow());
        assertThat(openai.keys().getFirst().secret().orElseThrow().reveal()).isEqualTo(KEY);
        assertThat(loaded.problems().toString()).contains("ends with a line break");
    }

    private static Config.Provider openai(Config config) {
        return Optional.ofNullable(config.providers().get("openai")).orElseThrow();
    }

    static Stream<String> kinds() {
        return Kinds.ours().all(LlmKind.class).stream().map(LlmKind::name);
    }

    /// Own headers against everything that is sent anyway, of every kind, in any case of letters.
    @ParameterizedTest
    @MethodSource("kinds")
    void an_own_header_cannot_be_one_that_is_sent_anyway(String kind) {
        var names =
                new ArrayList<>(
                        List.of(
                                "Host",
                                "Content-Length",
                                "Transfer-Encoding",
                                "Connection",
                                "Keep-Alive",
                                "Upgrade",
                                "Expect",
                                "TE",
                                "Trailer",
                                "Proxy-Connection",
                                "Content-Type",
                                "Accept",
                                "X-Request-Id",
                                "traceparent"));
        names.add(
                switch (kind) {
                    case "anthropic" -> "X-Api-Key";
                    case "gemini" -> "X-Goog-Api-Key";
                    default -> "Authorization";
                });
        if (kind.equals("anthropic")) {
            names.add("Anthropic-Version");
        }
        for (String name : names) {
            for (String written : List.of(name, name.toUpperCase(Locale.ROOT))) {
                assertThat(error(with(kind, "headers: { " + written + ": x }"), Map.of()).text())
                        .as(kind + " " + written)
                        .contains("line 6, column", "headers." + written);
            }
        }
        assertThat(errors(with(kind, "headers: { X-Own: x, OpenAI-Beta: y }"), Map.of())).isEmpty();
        assertThat(error(with(kind, "headers: { X-Own: x, x-own: y }"), Map.of()).message())
                .contains("is there twice");
        assertThat(errors(with(kind, "headers: { \"X A\": x }"), Map.of())).isNotEmpty();
    }

    private static String with(String kind, String more) {
        return """
        egress: { allow-private: ["127.0.0.1:9"] }
        providers:
          p:
            kind: %s
            base-url: http://127.0.0.1:9/v1
            %s
            keys: [ { secret: "%s" } ]
        """
                .formatted(kind, more, KEY);
    }

    @Test
    void a_server_that_is_given_no_key_may_be_sent_a_header_of_that_name() {
        String text = with("openai-compatible", "headers: { Authorization: \"Basic x\" }");

        assertThat(errors(text.replaceAll("(?m)^ *keys.*$", ""), Map.of())).isEmpty();
        assertThat(errors(text, Map.of())).isNotEmpty();
    }

    @Test
    void the_header_of_the_key_can_be_moved_and_collides_where_it_is_then() {
        String moved = "quirks: { key-header: X-Key }\n    headers: { %s: x }";

        assertThat(errors(with("openai", moved.formatted("Authorization")), Map.of())).isEmpty();
        assertThat(errors(with("openai", moved.formatted("x-key")), Map.of())).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "key-header: \"X Key\"",
                "key-header: \"X:\"",
                "key-header: \"\"",
                "key-header: host",
                "key-header: Content-Type",
                "key-prefix: \"a\\nb\"",
                "query: \"v=1\"",
                "query: \"?a b\"",
                "query: \"?a#b\"",
                "query: \"?ä\"",
                "query: \"?a\\r\\nX: y\""
            })
    void a_quirk_that_cannot_be_sent_is_refused(String quirk) {
        ConfigProblem problem = error(with("openai", "quirks: { " + quirk + " }"), Map.of());

        assertThat(problem.line()).isEqualTo(6);
        assertThat(problem.message()).contains("quirks." + quirk.split(":", 2)[0]);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://10.0.0.1/v1",
                "https://192.168.1.1",
                "https://127.0.0.1/v1",
                "https://169.254.169.254/latest",
                "https://[::1]/v1",
                "https://[fd00::1]/v1",
                "https://[::ffff:10.0.0.1]/v1",
                "https://100.64.0.1/v1",
                "https://0.0.0.0/v1",
                "https://2130706433/v1",
                "https://0x7f.1/v1",
                "https://0177.0.0.1/v1",
                "https://localhost/v1",
                "https://llm.localhost/v1",
                "https://metadata.google.internal/v1",
                "https://api.example.com:8443/v1",
                "https://api.example.com:0/v1",
                "https://api.example.com:99999/v1",
                "http://api.example.com/v1",
                "https://user:canary@api.example.com/v1",
                "https://api.example.com/v1?key=canary",
                "https://api.example.com/v1#x",
                "https://api.example.com/../v1",
                "https://api.example.com//v1",
                "https://api.example.com/a%2fb",
                "https://api_example.com/v1",
                "https://api.example.com./v1",
                "https://bücher.example/v1",
                "ftp://api.example.com/v1",
                "file:///etc/passwd",
                "unix:/var/run/docker.sock",
                "//api.example.com/v1"
            })
    void a_place_that_may_not_be_reached_is_refused_where_it_stands(String url) {
        String text = "providers:\n  openai:\n    base-url: \"" + url + "\"\n    keys: []\n";

        ConfigProblem problem = error(text, Map.of());

        assertThat(problem.line()).as(problem.text()).isEqualTo(3);
        assertThat(problem.message()).contains("openai");
    }

    @Test
    void a_place_that_is_named_may_be_reached_but_for_those_that_nothing_opens() {
        String text =
                """
                egress: { allow-private: ["%1$s"] }
                providers: { openai: { base-url: "%2$s://%1$s/v1" } }
                """;

        for (String named :
                List.of(
                        "10.0.0.1:80",
                        "127.0.0.1:11434",
                        "[::1]:8080",
                        "localhost:11434",
                        "llm.lan:8443",
                        "API.example.com:8443")) {
            assertThat(errors(text.formatted(named, "http"), Map.of())).as(named).isEmpty();
            assertThat(errors(text.formatted(named, "https"), Map.of())).as(named).isEmpty();
        }
        for (String never :
                List.of(
                        "169.254.169.254:80",
                        "0.0.0.0:80",
                        "metadata.google.internal:80",
                        "[fe80::1]:80",
                        "224.0.0.1:80")) {
            assertThat(errors(text.formatted(never, "http"), Map.of()))
                    .as(never)
                    .anyMatch(problem -> problem.line() == 1 && problem.column() > 1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"nowhere", "a:0", "a:99999", "http://a:1", "a:1/x", ":1", "a b:1", "1:2:3"})
    void an_endpoint_that_is_none_is_refused_where_it_stands(String endpoint) {
        ConfigProblem problem =
                error("egress:\n  allow-private:\n    - \"" + endpoint + "\"\n", Map.of());

        assertThat(problem.line()).isEqualTo(3);
    }

    @Test
    void files_that_are_named_must_be_there_and_be_what_they_should() throws Exception {
        Path certificate = folder.resolve("tls.pem");
        Path key = folder.resolve("tls.key");
        Path other = folder.resolve("other.key");
        Path garbage = Files.writeString(folder.resolve("garbage.pem"), "no certificate\n");
        Path absent = folder.resolve("absent.pem");
        Certificates.write("tls", certificate, key);
        Certificates.write("other", folder.resolve("other.pem"), other);

        assertThat(tls(certificate, key)).isEmpty();
        assertThat(authorities(certificate)).isEmpty();
        for (Path wrong : List.of(garbage, absent, folder)) {
            assertThat(tls(wrong, key)).as(wrong.toString()).hasSize(1);
            assertThat(tls(wrong, key).getFirst().line()).isEqualTo(3);
            assertThat(tls(certificate, wrong)).as(wrong.toString()).hasSize(1);
            assertThat(tls(certificate, wrong).getFirst().line()).isEqualTo(4);
            assertThat(authorities(wrong)).as(wrong.toString()).hasSize(1);
            assertThat(authorities(wrong).getFirst().line()).isEqualTo(2);
        }
        assertThat(tls(certificate, other)).hasSize(1);
        assertThat(tls(certificate, other).getFirst().message()).contains("is not the key of");
    }

    private static List<ConfigProblem> tls(Path certificate, Path key) {
        return errors(
                "server:\n  tls:\n    certificate: '" + certificate + "'\n    key: '" + key + "'\n",
                Map.of());
    }

    private static List<ConfigProblem> authorities(Path file) {
        return errors("egress:\n  ca-file: '" + file + "'\n", Map.of());
    }

    @Test
    void a_target_that_is_off_is_said_beside_those_that_are_on() {
        String text =
                """
                providers:
                  openai: { keys: [ { secret: "${K}" } ] }
                  xai: { enabled: false, keys: [ { secret: "${K}" } ] }
                routes:
                  - { match: { model: m }, to: [ { provider: openai }, { provider: xai } ] }
                """;

        Loaded loaded = ConfigLoader.parse("test.yaml", text, Map.of("K", KEY));

        assertThat(loaded.problems())
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.line()).isEqualTo(5);
                    assertThat(problem.severity()).isEqualTo(Severity.WARNING);
                    assertThat(problem.message())
                            .contains("leaves one of its targets out", "`xai` is switched off");
                });
    }
}
