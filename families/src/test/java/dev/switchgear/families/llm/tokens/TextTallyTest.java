package dev.switchgear.families.llm.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.families.llm.model.Tokenizer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextTallyTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "The quick brown fox, 1234567 times.|The quick brown fox, 1234567 times.",
                "a\\nb\\tc|a b c",
                "say \\\"no\\\" and \\\\ or \\/|say \"no\" and \\ or /",
                "Über Straßen und Bäume|Über Straßen und Bäume",
                "\\u00dcber Stra\\u00dfen|Über Straßen",
                "今天天气很好|今天天气很好",
                "\\u4eca\\u5929|今天",
                "well 🙂 done|well 🙂 done",
                "\\ud83d\\ude42|🙂",
            })
    void a_string_in_json_counts_as_the_text_it_stands_for(String json, String text) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        String plain = json.startsWith("a\\n") ? "a\nb\tc" : text;

        var inJson = new TextTally().addJson(bytes, 0, bytes.length);

        assertThat(inJson.runs()).isEqualTo(new TextTally().add(plain).runs()).isPositive();
    }

    @Test
    void a_string_that_is_cut_within_a_character_is_counted_as_far_as_it_goes() {
        byte[] whole = "天\\u4e".getBytes(StandardCharsets.UTF_8);

        for (int to = 0; to <= whole.length; to++) {
            assertThat(new TextTally().addJson(whole, 0, to).tokens(Tokenizer.UNKNOWN))
                    .isBetween(0L, 4L);
        }
    }

    @Test
    void pieces_count_like_the_whole() {
        byte[] whole = "Snow on the hills".getBytes(StandardCharsets.UTF_8);

        var pieces = new TextTally();
        for (int i = 0; i < whole.length; i++) {
            pieces.addJson(whole, i, i + 1);
        }

        assertThat(pieces.runs()).isEqualTo(new TextTally().add("Snow on the hills").runs());
    }
}
