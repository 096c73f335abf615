package dev.switchgear.families.llm.seal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.families.llm.Dialect;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SealNeedlesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "ANTHROPIC | {'type':'thinking','thinking':'hm','signature' : 'a+/='} | a+/=",
                "ANTHROPIC | {'signature':'a\\'b','signature':'c'} | a\"b c",
                "ANTHROPIC | {'type':'signature_delta','signature':'a'} | a",
                "ANTHROPIC | {'data':'a','type':'redacted_thinking'} | a",
                "ANTHROPIC | {'type':'image','source':{'data':'a'}} | -",
                "ANTHROPIC | {'type':'thinking','thinking':'hm','signature':''} | -",
                "ANTHROPIC | {'type':'text','text':'\\'signature\\':\\'a\\''} | -",
                "OPENAI    | {'reasoning_details':[{'signature':'a'},{'data':'b'}]} | a b",
                "OPENAI    | {'extra_content':{'google':{'thought_signature':'a'}}} | a",
                "OPENAI    | {'content':'signature','data':'a'} | -",
                "RESPONSES | {'type':'reasoning','encrypted_content':'a\\/b\\u003d'} | a/b=",
                "RESPONSES | {'encrypted_content':null,'x':'a'} | -",
                "GEMINI    | {'parts':[{'thoughtSignature':'a'},{'thought_signature':'b'}]} | a b",
                "GEMINI    | {'thoughtSignature':'a | -",
                "OLLAMA    | {'signature':'a','thoughtSignature':'b'} | -",
            })
    void what_is_sealed_is_found(Dialect dialect, String json, String expected) {
        byte[] bytes = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);

        List<String> found = found(dialect, bytes);

        assertThat(found.isEmpty() ? "-" : String.join(" ", found)).isEqualTo(expected);
    }

    private static List<String> found(Dialect dialect, byte[] json) {
        var found = new ArrayList<String>();
        SealNeedles needles = SealNeedles.of(dialect);
        if (needles.hit(json, 0, json.length)) {
            needles.any(
                    json,
                    0,
                    json.length,
                    value -> {
                        found.add(value);
                        return false;
                    });
        }
        return found;
    }

    /// The fast look against a plain search, wherever a name stands and whatever stands around it.
    @Test
    void the_first_look_misses_no_name() {
        var random = new Random(7);
        String[] names = {
            "\"signature\"",
            "\"redacted_thinking\"",
            "\"reasoning_details\"",
            "\"thought_signature\"",
            "\"encrypted_content\"",
            "\"thoughtSignature\""
        };
        int hits = 0;
        for (int round = 0; round < 20_000; round++) {
            var text = new StringBuilder();
            int pieces = random.nextInt(6);
            for (int i = 0; i < pieces; i++) {
                String name = names[random.nextInt(names.length)];
                int from = random.nextInt(3) == 0 ? random.nextInt(name.length()) : 0;
                text.append("x\"sé".charAt(random.nextInt(4))).append(name.substring(from));
            }
            byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
            for (Dialect dialect :
                    new Dialect[] {
                        Dialect.ANTHROPIC, Dialect.OPENAI, Dialect.RESPONSES, Dialect.GEMINI
                    }) {
                boolean there =
                        switch (dialect) {
                            case ANTHROPIC -> has(text, names[0]) || has(text, names[1]);
                            case OPENAI -> has(text, names[2]) || has(text, names[3]);
                            case RESPONSES -> has(text, names[4]);
                            case GEMINI -> has(text, names[5]) || has(text, names[3]);
                            case OLLAMA, OLLAMA_GENERATE, COMPLETIONS, OWN -> false;
                        };
                hits += there ? 1 : 0;

                assertThat(SealNeedles.of(dialect).hit(bytes, 0, bytes.length))
                        .as("%s in %s", dialect, text)
                        .isEqualTo(there);
            }
        }
        assertThat(hits).isGreaterThan(1_000);
    }

    private static boolean has(StringBuilder text, String name) {
        return text.indexOf(name) >= 0;
    }

    @Test
    void nothing_beside_the_piece_is_looked_at() {
        byte[] json = "\"thoughtSignature\":\"a\"".getBytes(StandardCharsets.UTF_8);

        assertThat(SealNeedles.of(Dialect.GEMINI).hit(json, 1, json.length)).isFalse();
        assertThat(SealNeedles.of(Dialect.GEMINI).hit(json, 0, 17)).isFalse();
        assertThat(SealNeedles.of(Dialect.GEMINI).any(json, 0, json.length - 1, _ -> true))
                .as("a string that does not end")
                .isFalse();
    }
}
