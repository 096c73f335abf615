package dev.switchgear.dialects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.dialects.json.Json;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The text of a custom tool's call within the arguments of a function, and back.
final class CustomInputTest {
    /// All pieces of `chars` each, put together.
    private static String read(String arguments, int chars) {
        var input = new CustomInput();
        var text = new StringBuilder();
        for (int from = 0; from < arguments.length(); from += chars) {
            text.append(
                    input.next(
                            arguments.substring(from, Math.min(arguments.length(), from + chars))));
        }
        return text.append(input.end()).toString();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"input\":\"abc\"} | abc",
                "{ \"input\" : \"a b\" } | a b",
                "{\"input\":\"q\\\"s\\\\t\\/\"} | q\"s\\t/",
                "{\"input\":\"h\\u00e9 \\ud83d\\ude00\"} | hé 😀",
                "{\"input\":\"\\uD83D\\uDE00\\u0041\"} | 😀A",
                "{\"input\":\"half \\ud83d\"} | half \uFFFD",
                "{\"input\":\"cut off | cut off",
                "{\"input\":\"cut \\u00 | `cut `",
                "{\"input\":\"not an escape \\uzz\"} | not an escape \\uzz",
                "{\"input\":\"not an escape \\u0\"} | not an escape \\u0",
                "{\"input\":\"x\",\"why\":\"more\"} | x",
                "{\"why\":\"first\",\"input\":\"x\"} | x",
                "{\"input\":[1,2]} | [1,2]",
                "{\"inp | {\"inp",
                "{\"patch\":\"x\"} | {\"patch\":\"x\"}",
                "*** Begin Patch | *** Begin Patch",
                "{} | ``",
                "`  ` | ``",
                "`` | ``",
            })
    void the_text_is_told_however_its_pieces_are_cut(String arguments, String text) {
        String given = arguments == null ? "" : arguments;
        for (int chars = 1; chars <= given.length() + 1; chars++) {
            assertThat(read(given, chars)).as("pieces of %d", chars).isEqualTo(text);
        }
    }

    @Test
    void every_sign_goes_in_and_comes_out_again() {
        var all = new StringBuilder();
        for (char c = 0; c < 0x250; c++) {
            all.append(c);
        }
        all.append("\u2028\u2029😀\uFFFF");
        String text = all.toString();

        String arguments = CustomTool.arguments(text);

        assertThat(CustomTool.input(arguments)).isEqualTo(text);
        assertThat(read(arguments, 1)).isEqualTo(text);
        String pieces =
                CustomInput.begun()
                        + CustomInput.piece(text.substring(0, 40))
                        + CustomInput.piece(text.substring(40))
                        + CustomInput.ended();
        assertThat(Json.read(pieces)).isEqualTo(Json.read(arguments));
    }

    @Test
    void a_sign_is_told_as_soon_as_it_is_there() {
        var input = new CustomInput();

        List<String> told =
                List.of(
                        input.next("{\"inp"),
                        input.next("ut\":\"a"),
                        input.next("b\\"),
                        input.next("nc\\ud83d"),
                        input.next("\\ude00"),
                        input.next("\"}"),
                        input.end());

        assertThat(told).containsExactly("", "a", "b", "\nc", "😀", "", "");
    }

    /// Models put white space between the signs of JSON as they like.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"input\":\"",
                "{ \"input\": \"",
                "{\"input\" : \"",
                " {\n  \"input\"\t:\r\n \""
            })
    void a_text_is_told_as_it_comes_whatever_stands_around_its_name(String head) {
        var input = new CustomInput();

        assertThat(input.next(head + "a")).isEqualTo("a");
        assertThat(input.next("b")).isEqualTo("b");
        assertThat(input.next("\" }")).isEmpty();
        assertThat(input.end()).isEmpty();
    }
}
