package dev.switchgear.wire.egress;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.switchgear.wire.Endpoint;
import dev.switchgear.wire.WireException;
import dev.switchgear.wire.WireException.Kind;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EgressGuardTest {
    private record Case(String url, String verdict, List<InetAddress> answers) {}

    private static List<Case> corpus() throws IOException {
        var in =
                Objects.requireNonNull(
                        EgressGuardTest.class.getResourceAsStream("/ssrf-corpus.tsv"));
        var cases = new ArrayList<Case>();
        try (var lines = new BufferedReader(new InputStreamReader(in, UTF_8))) {
            for (String line : lines.lines().toList()) {
                if (!line.startsWith("#")) {
                    String[] columns = line.split("\t", -1);
                    List<InetAddress> answers =
                            Arrays.stream(columns[2].split(" ", -1))
                                    .filter(text -> !text.isEmpty())
                                    .map(InetAddress::ofLiteral)
                                    .toList();
                    cases.add(new Case(unescaped(columns[0]), columns[1], answers));
                }
            }
        }
        return cases;
    }

    private static String unescaped(String text) {
        return text.replace("\\t", "\t")
                .replace("\\r", "\r")
                .replace("\\n", "\n")
                .replace("\\0", "\0")
                .replace("\\\"", "\"")
                .replace("\\\\", "\\");
    }

    private static Resolver answering(List<InetAddress> answers) {
        return host -> {
            if (answers.isEmpty()) {
                throw new UnknownHostException(host);
            }
            return answers;
        };
    }

    private static String verdict(Case url) {
        Endpoint endpoint;
        try {
            endpoint = Endpoint.parse(url.url);
        } catch (IllegalArgumentException refused) {
            assertThat(refused).hasMessageStartingWith("url: ");
            return "unparsable";
        }
        try {
            List<InetAddress> checked =
                    new EgressGuard(EgressRules.DEFAULT, answering(url.answers)).check(endpoint);
            return checked.isEmpty() ? "nothing to connect to" : "allowed";
        } catch (WireException refused) {
            assertThat(refused.mayHaveActed()).isFalse();
            return refused.kind() == Kind.EGRESS_DENIED ? "denied" : "unknown";
        }
    }

    @Test
    void every_url_of_the_corpus_gets_its_verdict() throws Exception {
        List<Case> corpus = corpus();
        assertThat(corpus).hasSizeGreaterThanOrEqualTo(300);

        List<String> wrong =
                corpus.stream()
                        .filter(url -> !verdict(url).equals(url.verdict))
                        .map(url -> url + " was " + verdict(url))
                        .toList();

        assertThat(wrong).isEmpty();
    }

    @Test
    void a_name_is_asked_for_each_time_so_rebinding_is_noticed() throws Exception {
        var answers = new ArrayList<>(List.of("8.8.8.8", "127.0.0.1"));
        var guard =
                new EgressGuard(
                        EgressRules.DEFAULT,
                        _ -> List.of(InetAddress.ofLiteral(answers.removeFirst())));
        Endpoint endpoint = Endpoint.parse("https://rebind.example");

        assertThat(guard.check(endpoint)).containsExactly(InetAddress.ofLiteral("8.8.8.8"));
        assertThatThrownBy(() -> guard.check(endpoint)).hasMessageContaining("loopback");
    }

    @Test
    void a_literal_address_is_never_looked_up() throws Exception {
        var guard =
                new EgressGuard(
                        EgressRules.DEFAULT,
                        _ -> {
                            throw new AssertionError("looked up");
                        });

        assertThat(guard.check(Endpoint.parse("https://8.8.8.8"))).hasSize(1);
    }

    @Test
    void a_private_endpoint_named_by_the_configuration_may_be_private_and_plain_http()
            throws Exception {
        var rules = EgressRules.allowing("127.0.0.1:11434", "[::1]:8080", "Ollama.lan:80");
        var guard = new EgressGuard(rules, _ -> List.of(InetAddress.ofLiteral("192.168.1.7")));

        assertThat(guard.check(Endpoint.parse("http://127.0.0.1:11434/v1"))).hasSize(1);
        assertThat(guard.check(Endpoint.parse("http://[::1]:8080"))).hasSize(1);
        assertThat(guard.check(Endpoint.parse("http://ollama.lan/api"))).hasSize(1);
        for (String other :
                List.of("http://127.0.0.1:11435", "http://127.0.0.2:11434", "http://other.lan")) {
            assertThatThrownBy(() -> guard.check(Endpoint.parse(other)))
                    .isInstanceOf(WireException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "169.254.169.254",
                "::ffff:169.254.169.254",
                "64:ff9b::a9fe:a9fe",
                "2002:a9fe:a9fe::",
                "fd00:ec2::254",
                "100.100.100.200",
                "168.63.129.16",
                "0.0.0.0",
                "224.0.0.1"
            })
    void no_configuration_opens_the_clouds_metadata(String address) {
        var guard =
                new EgressGuard(
                        EgressRules.allowing("ollama.lan:80"),
                        _ -> List.of(InetAddress.ofLiteral(address)));

        WireException thrown =
                catchThrowableOfType(
                        WireException.class,
                        () -> guard.check(Endpoint.parse("http://ollama.lan")));

        assertThat(thrown.kind()).isEqualTo(Kind.EGRESS_DENIED);
    }

    @Test
    void further_ports_can_be_opened() throws Exception {
        var guard =
                new EgressGuard(new EgressRules(Set.of(443, 8443), Set.of()), answering(List.of()));

        assertThat(guard.check(Endpoint.parse("https://8.8.8.8:8443"))).hasSize(1);
    }

    @Test
    void rules_that_cannot_be_meant_are_refused() {
        assertThatThrownBy(() -> EgressRules.allowing("127.0.0.1"))
                .hasMessageContaining("expected: host:port");
        assertThatThrownBy(() -> EgressRules.allowing("http://127.0.0.1:80"))
                .hasMessageContaining("expected: host:port");
        assertThatThrownBy(() -> new EgressRules(Set.of(0), Set.of()))
                .hasMessageContaining("expected: 1 to 65535");
    }

    @Test
    void a_refused_url_is_not_quoted_since_it_may_hold_a_secret() {
        for (String url :
                List.of(
                        "https://u:hunter2@api.example",
                        "https://api.example/v1?key=hunter2",
                        "https://api.example/v1#hunter2",
                        "https://api.example/hunter2/..")) {
            assertThatThrownBy(() -> Endpoint.parse(url))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageNotContaining("hunter2");
        }
    }

    @Test
    void an_endpoint_is_parsed_into_its_parts() {
        assertThat(Endpoint.parse("HTTPS://API.Example:8443/v1/"))
                .isEqualTo(new Endpoint(Endpoint.Scheme.HTTPS, "api.example", 8443, "/v1"));
        assertThat(Endpoint.parse("http://[::1]").authority()).isEqualTo("[::1]:80");
        assertThat(Endpoint.parse("http://[::1]").hostField()).isEqualTo("[::1]");
    }
}
