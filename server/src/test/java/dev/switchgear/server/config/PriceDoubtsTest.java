package dev.switchgear.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which models `check` and `serve` warn of, because a budget holds and no price is known.
class PriceDoubtsTest {
    private static final String PROVIDERS =
            """
            egress: { allow-private: ["127.0.0.1:1"] }
            providers:
              openai: { keys: [{ secret: a }], models: [gpt-4o, gpt-home] }
              local: { kind: openai-compatible, base-url: "http://127.0.0.1:1/v1"%s }
              off: { kind: openai, enabled: false, keys: [{ secret: a }], models: [nobody-knows] }
            routes:
              - match: { model: one }
                to: [ { provider: local, model: llama }, { provider: openai, model: gpt-4o } ]
              - match: { model: two }
                to: [ { provider: local, model: llama } ]
              - match: { model: "three-*" }
                to: [ { provider: local } ]
            """;

    private static final String ANN =
            "clients: [ { name: ann, key-hash:"
                    + " \"7Qm2ZkWp.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\", limits: {"
                    + " spend-per-month: 1 } } ]";

    @TempDir private Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`` | `` | ``",
                "limits: { requests-per-minute: 9 } | `` | ``",
                "limits: { spend-per-day: 1 } | `` | 3 openai/gpt-home, 7 local/llama",
                "limits: { spend-per-month: 1 } | `` | 3 openai/gpt-home, 7 local/llama",
                "CLIENT | `` | 3 openai/gpt-home, 7 local/llama",
                "`` | , limits: { spend-per-day: 1 } | 7 local/llama",
                "limits: { spend-per-day: 1 } | , cost: { input: 0, output: 0 } |"
                        + " 3 openai/gpt-home",
                "limits: { spend-per-day: 1 };prices: { unpriced: 9 } | `` | ``",
                "limits: { spend-per-day: 1 };prices: { file: own.yaml } | `` |"
                        + " 3 openai/gpt-home",
            })
    void are_those_without_a_price_that_a_budget_may_lead_to(
            String more, String local, String expected) throws IOException {
        String last = more.equals("CLIENT") ? ANN : more.replace(';', '\n');
        Files.writeString(
                folder.resolve("own.yaml"),
                "local: { models: { llama: { prices: [ { input: 0, output: 0 } ] } } }");

        List<String> found =
                load(PROVIDERS.formatted(local) + last).problems().stream()
                        .filter(problem -> problem.message().startsWith("No price is known"))
                        .peek(problem -> assertThat(problem.code()).isEqualTo("SG-1004"))
                        .map(problem -> problem.line() + " " + problem.message().split("`", -1)[1])
                        .toList();

        assertThat(String.join(", ", found)).isEqualTo(expected);
    }

    @Test
    void the_way_out_is_told() throws IOException {
        String told =
                load(PROVIDERS.formatted("") + "limits: { spend-per-day: 1 }")
                        .problems()
                        .getLast()
                        .message();

        assertThat(told)
                .contains("`prices.file`")
                .contains("`providers.local.cost`")
                .contains("`prices.unpriced`");
    }

    private Loaded load(String text) throws IOException {
        Path file = folder.resolve("switchgear.yaml");
        Files.writeString(file, text);
        Loaded loaded = ConfigLoader.load(file, Map.of());
        assertThat(loaded.config()).as(loaded.problems().toString()).isPresent();
        return loaded;
    }
}
