package dev.switchgear.server.names;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderTextTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "gpt-4o",
                "meta/llama 3:8b",
                " edges ",
                "a\r\nX-Injected: 1",
                "nul\0tab\tdel\u007Fc1\u0085",
                "é",
                "日本",
                "😀",
                "100%",
                "%0d%0a",
                "a,b",
                "/../?#%2f"
            })
    void whatever_it_holds_is_visible_ascii_and_read_back_by_decoding(String text) {
        String header = HeaderText.of(text);

        assertThat(header).matches("[ -~]*").isEqualTo(header.strip());
        assertThat(URLDecoder.decode(header.replace("+", "%2B"), StandardCharsets.UTF_8))
                .isEqualTo(text);
        assertThat(HeaderText.item(text)).doesNotContain(",");
    }

    @Test
    void what_can_stand_as_it_is_stays() {
        assertThat(HeaderText.of("provider/model-1.5:b (x), y"))
                .isEqualTo("provider/model-1.5:b (x), y");
        assertThat(HeaderText.item("a b")).isEqualTo("a b");
    }

    @Test
    void half_a_character_becomes_the_sign_for_one_that_is_unknown() {
        assertThat(HeaderText.of("a\uD800b")).isEqualTo("a%EF%BF%BDb");
        assertThat(HeaderText.of("a\uDC00")).isEqualTo("a%EF%BF%BD");
    }

    @Test
    void what_is_long_is_cut_between_characters() {
        assertThat(HeaderText.of("m".repeat(1_000))).hasSize(1_000);
        assertThat(HeaderText.of("m".repeat(10_000))).isEqualTo("m".repeat(1_000) + "...");
        assertThat(HeaderText.of("é".repeat(10_000))).isEqualTo("%C3%A9".repeat(166) + "...");
    }
}
