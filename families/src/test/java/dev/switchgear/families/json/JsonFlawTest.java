package dev.switchgear.families.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;

class JsonFlawTest {
    private static String words(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        return JsonFlaw.in(bytes, 0, bytes.length, 64, 64).map(JsonFlaw::message).orElse("");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    {"a":1                | line 1, column 7 (byte 6): the end (expected: `,` or `}`)
                    {"a":[1,2             | line 1, column 10 (byte 9): the end (expected: `,` or `]`)
                    {"a":"b               | line 1, column 8 (byte 7): the end within a string (expected: a double quote)
                    {"a":1,}              | line 1, column 8 (byte 7): `}` (expected: a field's name in double quotes)
                    {"a":[1,]}            | line 1, column 9 (byte 8): `]` (expected: a value)
                    {"a":NaN}             | line 1, column 6 (byte 5): `NaN` (expected: a value)
                    {"a":-Infinity}       | line 1, column 6 (byte 5): `-Infinity` (expected: a number such as -1.5e3)
                    {"a":True}            | line 1, column 6 (byte 5): `True` (expected: a value)
                    {'a':1}               | line 1, column 2 (byte 1): a single quote (expected: a field's name in double quotes, or `}`)
                    {a:1}                 | line 1, column 2 (byte 1): `a` (expected: a field's name in double quotes, or `}`)
                    {"a" 1}               | line 1, column 6 (byte 5): `1` (expected: `:`)
                    {"a":1 "b":2}         | line 1, column 8 (byte 7): `"` (expected: `,` or `}`)
                    {"a":01}              | line 1, column 6 (byte 5): `01` (expected: a number such as -1.5e3)
                    {"a":"\\x"}           | line 1, column 7 (byte 6): a backslash before something else (expected: one of \\" \\\\ \\/ \\b \\f \\n \\r \\t, or \\u and four hexadecimal digits)
                    {"a":1} {}            | line 1, column 9 (byte 8): more after the value (expected: the end)
                    // note               | line 1, column 1 (byte 0): `/` (expected: a value)
                    """)
    void says_where_what_and_what_was_expected(String json, String words) {
        assertThat(words(json)).isEqualTo(words);
    }

    @Test
    void counts_lines_and_names_what_cannot_be_shown() {
        assertThat(words("{\n\"a\": \"b\tc\"}"))
                .isEqualTo(
                        "line 2, column 8 (byte 9): a control character in a string (expected: it"
                                + " escaped, such as \\n or \\u0009)");
        assertThat(words("\uFEFF{}")).contains("a byte order mark (expected: a value)");
        assertThat(words("[".repeat(5_000)))
                .isEqualTo(
                        "line 1, column 65 (byte 64): nested deeper than 64 levels (expected: at most"
                                + " 64)");
        assertThat(words("{\"a\":" + "9".repeat(100) + "}"))
                .contains("a number of 100 characters (expected: at most 64)");
        assertThat(words("{\"" + "n".repeat(60_000) + "\":1}"))
                .contains("a name of more than 50000");
    }

    /// Whatever the parser refuses has a flaw, and nothing else has: else a message would be missing.
    @Test
    void finds_a_flaw_exactly_where_the_parser_refuses() {
        String good =
                "{\"a\":[1,-2.5e+3,true,null,\"x\\n\\u00e9\"],\"b\":{\"c\":{},\"d\":[]},\"e\":\"\"}";
        var random = new SplittableRandom(11);
        String letters = "{}[],:\"\\ntrue-+.0e'";
        for (int i = 0; i < 20_000; i++) {
            var text = new StringBuilder(good);
            for (int edits = random.nextInt(3); edits >= 0; edits--) {
                int at = random.nextInt(Math.max(1, text.length()));
                switch (random.nextInt(3)) {
                    case 0 -> text.delete(Math.min(at, text.length()), at + 1);
                    case 1 ->
                            text.insert(
                                    Math.min(at, text.length()),
                                    letters.charAt(random.nextInt(letters.length())));
                    default -> text.setLength(Math.min(at, text.length()));
                }
            }
            String json = text.toString();
            assertThat(words(json).isEmpty()).as(json).isEqualTo(parses(json));
        }
    }

    private static boolean parses(String json) {
        try (JsonParser parser =
                BoundedJson.factory()
                        .createParser(
                                ObjectReadContext.empty(), json.getBytes(StandardCharsets.UTF_8))) {
            if (parser.nextToken() == null) {
                return false;
            }
            parser.skipChildren();
            parser.finishToken();
            return parser.nextToken() == null;
        } catch (JacksonException refused) {
            return false;
        }
    }
}
