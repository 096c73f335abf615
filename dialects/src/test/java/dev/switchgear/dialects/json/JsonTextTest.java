package dev.switchgear.dialects.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class JsonTextTest {
    private static final int[] POINTS = {
        'a', ' ', '/', '"', '\\', '\n', '\r', '\t', '\b', '\f', 0, 0x1F, 0x7F, 0x80, 'ü', 0x7FF,
        0x800, '€', 0xFFFF, 0x1F600, 0x10FFFF
    };

    @Test
    void every_text_is_read_as_it_was_written() {
        var random = new Random(17);
        for (int round = 0; round < 400; round++) {
            String text = text(random, random.nextInt(round < 380 ? 40 : 20_000));

            assertThat(Json.read(bytes(text)).stringValue()).isEqualTo(text);
            assertThat(Json.read(characters(text)).stringValue()).isEqualTo(text);
        }
    }

    @Test
    void a_pair_of_surrogates_is_not_torn_wherever_it_stands() {
        for (int before = 4090; before < 4100; before++) {
            String text = "a".repeat(before) + "😀".repeat(4100);

            assertThat(bytes(text)).isEqualTo("\"" + text + "\"");
        }
    }

    @Test
    void half_a_character_is_escaped() {
        for (String half : new String[] {"\uD83D", "\uDE00", "\uD83D\uD83D", "\uDE00\uD83D"}) {
            String text = "a" + half + "b";
            StringBuilder written = new StringBuilder("\"a");
            half.chars().forEach(c -> written.append(String.format("\\u%04x", c)));

            assertThat(bytes(text)).isEqualTo(written + "b\"").isEqualTo(characters(text));
        }
    }

    private static String text(Random random, int length) {
        var text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.appendCodePoint(POINTS[random.nextInt(POINTS.length)]);
        }
        return text.toString();
    }

    private static String bytes(String text) {
        var out = new ByteArrayOutputStream();
        JsonText.append(out, text);
        return out.toString(StandardCharsets.UTF_8);
    }

    private static String characters(String text) {
        var out = new StringBuilder();
        JsonText.append(out, text);
        return out.toString();
    }
}
