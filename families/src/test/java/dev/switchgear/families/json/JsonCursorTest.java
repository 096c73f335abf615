package dev.switchgear.families.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

class JsonCursorTest {
    private static final int DEPTH = 6;
    private static final int NUMBER = 30;
    private static final JsonFactory JACKSON = BoundedJson.factory(DEPTH, NUMBER);

    private static final String SEED =
            """
             {"a" : [ 1 , -0.5e+3, 12345678901234567890, true,false , null, "" ],
             "role":"user", "\\u0072ole":"u\\u0073er","ä":"Grüße 🌊 \\ud83c\\udf0a \\"\\\\\\/\\b\\f\\n\\r\\t",
             "x":{"url":"12345678","y":{},"z":[[[]],{"name":[{"t":0}]}]},
             "long":"abcdefgh abcdefgh abcdefgh abcdefgh abcdefg\\u00e9 abcdefgh ~\\u007f"} \
            """;

    /// What one finds on the way, in words.
    private static Optional<List<String>> walked(byte[] json) {
        var found = new ArrayList<String>();
        var cursor = new JsonCursor(json, DEPTH, NUMBER);
        try {
            for (JsonToken token = cursor.nextToken();
                    token != JsonToken.NOT_AVAILABLE;
                    token = cursor.nextToken()) {
                found.add(
                        told(
                                token,
                                token == JsonToken.VALUE_STRING || token.isNumeric()
                                        ? cursor.string()
                                        : "",
                                token.isStructEnd()
                                                || token == JsonToken.PROPERTY_NAME
                                                || cursor.nameless()
                                        ? ""
                                        : cursor.name(),
                                cursor.from(),
                                cursor.to()));
            }
            return cursor.ended() ? Optional.of(found) : Optional.empty();
        } catch (JsonCursor.Malformed malformed) {
            return Optional.empty();
        }
    }

    private static String told(JsonToken token, String text, String name, int from, int to) {
        return token + " `" + text + "` named `" + name + "` at " + from + " to " + to;
    }

    /// The same by Jackson, which does not look at encodings as closely.
    private static Optional<List<String>> parsed(byte[] json) {
        if (Utf8.firstInvalid(json) >= 0) {
            return Optional.empty();
        }
        var found = new ArrayList<String>();
        try (JsonParser parser = JACKSON.createParser(ObjectReadContext.empty(), json)) {
            int depth = 0;
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (depth == 0 && !found.isEmpty()) {
                    return Optional.empty();
                }
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                int from = (int) parser.currentTokenLocation().getByteOffset();
                String text =
                        token == JsonToken.VALUE_STRING || token.isNumeric()
                                ? parser.getString()
                                : "";
                String name = parser.currentName();
                parser.finishToken();
                found.add(
                        told(
                                token,
                                text,
                                name == null
                                                || token.isStructEnd()
                                                || token == JsonToken.PROPERTY_NAME
                                        ? ""
                                        : name,
                                from,
                                token == JsonToken.PROPERTY_NAME
                                        ? endOfName(json, from)
                                        : (int) parser.currentLocation().getByteOffset()));
            }
            return found.isEmpty() ? Optional.empty() : Optional.of(found);
        } catch (JacksonException malformed) {
            return Optional.empty();
        }
    }

    /// Jackson has read the colon already.
    private static int endOfName(byte[] json, int from) {
        int at = from + 1;
        while (json[at] != '"') {
            at += json[at] == '\\' ? 2 : 1;
        }
        return at + 1;
    }

    private static void alike(byte[] json) {
        assertThat(walked(json)).as(new String(json, UTF_8)).isEqualTo(parsed(json));
    }

    @Test
    void it_finds_what_a_parser_finds_and_where() {
        alike(SEED.getBytes(UTF_8));

        assertThat(walked(SEED.getBytes(UTF_8))).isPresent();
    }

    @Test
    void whatever_a_text_becomes_it_takes_what_a_parser_takes_and_no_more() {
        byte[] seed = SEED.getBytes(UTF_8);
        byte[] letters = "\"\\{}[],:0-.eEtfnu \n\t~\0\u001f\u007f".getBytes(UTF_8);
        var random = new Random(1);
        int taken = 0;
        for (int trial = 0; trial < 60_000; trial++) {
            byte[] json = seed.clone();
            int changes = 1 + random.nextInt(3);
            for (int i = 0; i < changes; i++) {
                int at = random.nextInt(json.length);
                json[at] =
                        random.nextInt(3) == 0
                                ? (byte) random.nextInt(256)
                                : letters[random.nextInt(letters.length)];
            }
            alike(json);
            taken += walked(json).isPresent() ? 1 : 0;
        }
        assertThat(taken).isGreaterThan(1_000);
    }

    @Test
    void wherever_a_text_ends_too_early_it_is_no_json() {
        byte[] seed = SEED.strip().getBytes(UTF_8);
        for (int length = 0; length < seed.length; length++) {
            byte[] json = Arrays.copyOf(seed, length);
            assertThat(walked(json)).as("%d bytes", length).isEmpty();
        }
    }

    @Test
    void a_string_ends_where_it_does_wherever_it_begins() {
        for (int length = 0; length < 40; length++) {
            for (int at = 0; at <= length; at++) {
                for (String one : List.of("\\\"", "\\\\", "é", "€", "🌊", "\\n", "\u007f", "!")) {
                    String text = "x".repeat(at) + one + "x".repeat(length - at);
                    alike(("[\"" + text + "\",\"" + text + "\"]").getBytes(UTF_8));
                }
                for (String not : List.of("\n", "\0", "\u001f", "\\x", "\\u12g4")) {
                    String text = "x".repeat(at) + not + "x".repeat(length - at);
                    assertThat(walked(("[\"" + text + "\"]").getBytes(UTF_8))).isEmpty();
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-0",
                "1",
                "-1",
                "10",
                "1.5",
                "1e5",
                "1E+5",
                "1e-5",
                "0.1",
                "01",
                "-",
                "+1",
                "1.",
                ".5",
                "1e",
                "1e+",
                "--1",
                "1a",
                "0x1",
                "NaN",
                "Infinity",
                "1_000",
                "123456789012345678901234567890",
                "1234567890123456789012345678901",
                "tru",
                "truex",
                "null0",
                "nul",
                "true false",
                "[1 2]",
                "[1,]",
                "[,1]",
                "{\"a\"}",
                "{\"a\":}",
                "{a:1}",
                "{\"a\":1,}",
                "{,}",
                "[}",
                "{]",
                "]",
                "'a'",
                "//x",
                "[[[[[[1]]]]]]",
                "[[[[[[[1]]]]]]]",
                "\"a\" \"b\"",
                "[1]]",
                ""
            })
    void what_is_no_json_is_none(String text) {
        alike(text.getBytes(UTF_8));
    }

    @Test
    void names_and_strings_are_compared_as_they_are_meant() {
        var cursor =
                new JsonCursor("{\"r\\u006fle\":\"us\\u0065r\"}".getBytes(UTF_8), DEPTH, NUMBER);
        cursor.nextToken();
        cursor.nextToken();
        cursor.nextToken();

        assertThat(cursor.named("role")).isTrue();
        assertThat(cursor.named("rol")).isFalse();
        assertThat(cursor.is("user")).isTrue();
        assertThat(cursor.is("users")).isFalse();
    }

    @Test
    void a_whole_number_is_told_if_a_long_holds_it() {
        assertThat(integer("9223372036854775807")).hasValue(Long.MAX_VALUE);
        assertThat(integer("9223372036854775808")).isEmpty();
        assertThat(integer("1.0")).isEmpty();
        assertThat(integer("\"1\"")).isEmpty();
    }

    private static OptionalLong integer(String json) {
        var cursor = new JsonCursor(json.getBytes(UTF_8), DEPTH, NUMBER);
        cursor.nextToken();
        return cursor.integer();
    }

    @Test
    void a_name_longer_than_anybody_means_is_refused() {
        String most = "n".repeat(BoundedJson.NAME);

        assertThat(walked(("{\"" + most + "\":1}").getBytes(UTF_8))).isPresent();
        assertThat(walked(("{\"" + most + "n\":1}").getBytes(UTF_8))).isEmpty();
    }

    @Test
    void what_stops_it_has_no_trace() {
        var cursor = new JsonCursor("!".getBytes(UTF_8), DEPTH, NUMBER);

        assertThatThrownBy(cursor::nextToken)
                .isInstanceOf(JsonCursor.Malformed.class)
                .satisfies(malformed -> assertThat(malformed.getStackTrace()).isEmpty());
    }
}
