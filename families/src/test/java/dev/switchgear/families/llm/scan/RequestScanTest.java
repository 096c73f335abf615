package dev.switchgear.families.llm.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.switchgear.families.llm.InvalidBody;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

final class RequestScanTest {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
    private static final JsonMapper STRICT =
            JsonMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build();
    private static final String SEED =
            """
            {"messages":[{"role":"user","content":"Grüße \\"model\\": \\u00e9 🌊"},
            {"role":"user","content":[{"type":"image_url","image_url":{"url":"data:;base64,AA=="}}]}],
            "model" : "gpt-\\u0034o" ,"stream":true,"max_tokens":10,"max_completion_tokens":7,
            "temperature":0.7,"logit_bias":{"50256":-100},"tools":[],"x":[null,false,1e3]}\
            """;

    @Test
    void it_finds_what_routing_and_limits_need() throws InvalidBody {
        RequestBody body = scan(SEED);

        assertThat(body.model()).isEqualTo("gpt-4o");
        assertThat(slice(body)).isEqualTo("\"gpt-\\u0034o\"");
        assertThat(body.streamed()).isTrue();
        assertThat(body.maxOutputTokens()).isEqualTo(OptionalLong.of(7));
    }

    @Test
    void a_caller_may_name_the_conversation() throws InvalidBody {
        RequestBody named = scan("{\"model\":\"m\",\"prompt_cache_key\":\"k\\u0031\"}");
        RequestBody wrong = scan("{\"model\":\"m\",\"prompt_cache_key\":[1]}");

        assertThat(named.conversation().key()).isEqualTo("k1");
        assertThat(wrong.conversation().key()).as("the provider's to refuse").isEmpty();
    }

    /// Whatever an answer may hold stands behind the mark `!`: an answer before the first turn of the user
    /// too, as clients send that keep the end of a conversation alone.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{'role':'user','content':'a'}!,{'role':'assistant','content':'b'}]",
                "[{'role':'system','content':'s'},{'role':'developer'},{'content':'a','role':'user'}!,{}]",
                "![{'role':'assistant','content':'b'},{'role':'user','content':'a'}]",
                "![{'role':'system'},{'role':'model','parts':[]},{'role':'user'}]",
                "![{'type':'reasoning','id':'r'},{'role':'user','content':'a'}]",
                "![{'type':'function_call_output'},{'role':'user','content':'a'}]",
                "![{'role':'tool','content':'a'},{'role':'user','content':'a'}]",
                "![{'role':'assistant','content':'b'}]",
                "[{'type':'additional_tools','role':'developer'},{'type':'message','role':'user'}!]",
                "[{'parts':[{'text':'a'}]}]!",
                "[{'role':'user'}!,{'role':'user'},{'type':'reasoning'}]",
                "'a'!",
                "[]!"
            })
    void where_answers_may_begin_is_known(String turns) throws InvalidBody {
        String body = "{\"model\":\"m\",\"input\":" + turns.replace('\'', '"') + ",\"x\":1}";
        int mark = body.indexOf('!');

        RequestBody found = scan(body.replace("!", ""));

        assertThat(found.conversation().answersFrom()).isEqualTo(mark);
    }

    @Test
    void another_model_changes_that_value_and_no_other_byte() throws InvalidBody {
        RequestBody body = scan(SEED);

        assertThat(text(body.withModel("claude")))
                .isEqualTo(SEED.replace("\"gpt-\\u0034o\"", "\"claude\""));
        assertThat(body.withModel("gpt-4o")).isSameAs(body.bytes());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "with \"quotes\" and \\ and /",
                "line\nbreak\ttab\u0000nul",
                "Größe-🌊",
                "a/b:c@d"
            })
    void any_name_of_a_model_is_written_as_json(String model) throws InvalidBody {
        byte[] changed = scan(SEED).withModel(model);

        assertThat(JSON.readTree(changed).path("model").asString("")).isEqualTo(model);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {}                                | model
                    {"model":null}                    | model
                    {"model":1}                       | model
                    {"model":""}                      | model
                    {"model":"  "}                    | model
                    {"model":"a\\nb"}                 | model
                    {"model":["a"]}                   | model
                    {"model":"a","model":"b"}         | model
                    {"model":"a","mod\\u0065l":"b"}   | model
                    {"model":"a","stream":"true"}     | stream
                    {"model":"a","stream":1}          | stream
                    {"stream":true,"stream":false,"model":"a"} | stream
                    {"model":"a","max_tokens":"9"}    | max_tokens
                    {"model":"a","max_tokens":1.5}    | max_tokens
                    {"model":"a","max_tokens":99999999999999999999} | max_tokens
                    {"model":"a","max_tokens":1,"max_tokens":2} | max_tokens
                    {"model":"a","max_completion_tokens":{}} | max_completion_tokens
                    {"model":"a","messages":"hi"}     | messages
                    {"model":"a","messages":null}     | messages
                    {"model":"a","input":3}           | input
                    """)
    void a_field_of_the_wrong_type_is_named(String body, String param) {
        var invalid = catchThrowableOfType(InvalidBody.class, () -> scan(body));

        assertThat(invalid).isNotNull();
        assertThat(invalid.param()).contains(param);
        assertThat(invalid.message()).startsWith(param + ": ").contains("(expected: ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "[]",
                "null",
                "\"model\"",
                "{",
                "{\"model\":\"a\"",
                "{\"model\":\"a\"}}",
                "{\"model\":\"a\"} x",
                "{\"model\":\"a\"}{}",
                "{\"model\":\"a\",}",
                "{\"model\":\"a\" \"b\":1}",
                "{\"model\":\"a\",\"t\":NaN}",
                "{\"model\":\"a\",\"t\":Infinity}",
                "{\"model\":\"a\",\"t\":01}",
                "{\"model\":\"a\",\"t\":.5}",
                "{\"model\":\"a\",\"t\":+1}",
                "{\"model\":\"a\",\"t\":'x'}",
                "{model:\"a\"}",
                "{\"model\":\"a\"/**/}",
                "{\"model\":\"a\",\"t\":\"\u0001\"}",
                "{\"model\":\"a\",\"t\":\"\\x\"}",
                "\ufeff{\"model\":\"a\"}",
            })
    void what_is_not_one_json_object_is_refused_and_says_where(String body) {
        var invalid = catchThrowableOfType(InvalidBody.class, () -> scan(body));

        assertThat(invalid).isNotNull();
        assertThat(invalid.param()).isEmpty();
        assertThat(invalid.message()).containsAnyOf("byte ", "empty");
    }

    @Test
    void a_syntax_error_has_its_line_column_and_offset() {
        assertThatThrownBy(() -> scan("{\"model\":\"a\",\n  \"stream\":tru }"))
                .isInstanceOf(InvalidBody.class)
                .hasMessageStartingWith("line 2, column ")
                .hasMessageContaining("(byte ");
    }

    @Test
    void bytes_that_are_not_utf8_are_refused_wherever_they_stand() {
        for (byte[] bad :
                List.of(
                        bytes(0xC0, 0x80),
                        bytes(0xE0, 0x80, 0x80),
                        bytes(0xED, 0xA0, 0x80),
                        bytes(0xF4, 0x90, 0x80, 0x80),
                        bytes(0xF5, 0x80, 0x80, 0x80),
                        bytes(0xC3),
                        bytes(0xE2, 0x82),
                        bytes(0x80),
                        bytes(0xFF))) {
            for (int padding = 0; padding < 20; padding++) {
                byte[] body =
                        join(
                                utf8("{\"model\":\"a\",\"t\":\"" + "x".repeat(padding)),
                                bad,
                                utf8("\"}"));

                var invalid =
                        catchThrowableOfType(
                                InvalidBody.class,
                                () -> RequestScan.scan(body, TestRules.BODY, ScanLimits.DEFAULT));

                assertThat(invalid).as(Arrays.toString(bad)).isNotNull();
            }
        }
    }

    @Test
    void other_encodings_are_refused_not_guessed() {
        for (var charset :
                List.of(
                        StandardCharsets.UTF_16,
                        StandardCharsets.UTF_16LE,
                        StandardCharsets.UTF_16BE,
                        StandardCharsets.UTF_32LE,
                        StandardCharsets.UTF_32BE)) {
            byte[] body = "{\"model\":\"a\"}".getBytes(charset);

            assertThatThrownBy(() -> RequestScan.scan(body, TestRules.BODY, ScanLimits.DEFAULT))
                    .isInstanceOf(InvalidBody.class);
        }
    }

    @Test
    void depth_and_length_of_numbers_are_bounded_and_that_of_strings_is_not() throws InvalidBody {
        var limits = new ScanLimits(8, 10, ScanLimits.Counts.DEFAULT);
        String fits =
                "{\"model\":\"a\",\"d\":"
                        + "[".repeat(7)
                        + "]".repeat(7)
                        + ",\"s\":\""
                        + "x".repeat(22_000_000)
                        + "\",\"n\":1234567890}";

        assertThat(RequestScan.scan(utf8(fits), TestRules.BODY, limits).model()).isEqualTo("a");
        for (String bomb : List.of(fits.replace("[]", "[[]]"), fits.replace("7890", "78901"))) {
            assertThatThrownBy(() -> RequestScan.scan(utf8(bomb), TestRules.BODY, limits))
                    .as(bomb.substring(0, 40))
                    .isInstanceOf(InvalidBody.class);
        }
        assertThatThrownBy(() -> scan("{\"model\":\"a\",\"d\":" + "[".repeat(100_000)))
                .isInstanceOf(InvalidBody.class);
        assertThatThrownBy(() -> scan("{\"model\":\"a\",\"n\":" + "9".repeat(1_000_000) + "}"))
                .isInstanceOf(InvalidBody.class);
    }

    @Test
    void prompt_tokens_are_a_quarter_of_the_text_without_inline_media() throws InvalidBody {
        String content = "x".repeat(4000);
        String picture = "data:image/png;base64," + "A".repeat(400_000);

        assertThat(scan("{\"model\":\"a\",\"input\":\"" + content + "\"}").promptTokensEstimate())
                .isBetween(1000L, 1010L);
        assertThat(
                        scan("{\"model\":\"a\",\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\""
                                        + content
                                        + "\"},{\"image_url\":{\"url\":\""
                                        + picture
                                        + "\"}}]}]}")
                                .promptTokensEstimate())
                .isBetween(1000L, 1050L);
        assertThat(scan("{\"model\":\"a\",\"input\":[[1,2,3],[4,5]]}").promptTokensEstimate())
                .isEqualTo(5);
        assertThat(scan("{\"model\":\"a\"}").promptTokensEstimate()).isZero();
    }

    @Test
    void a_negative_bound_on_output_means_none() throws InvalidBody {
        assertThat(scan("{\"model\":\"a\",\"max_tokens\":-1}").maxOutputTokens()).isEmpty();
        assertThat(scan("{\"model\":\"a\",\"max_tokens\":null}").maxOutputTokens()).isEmpty();
        assertThat(scan("{\"model\":\"a\",\"max_tokens\":5}").maxOutputTokens())
                .isEqualTo(OptionalLong.of(5));
        assertThat(
                        scan("{\"model\":\"a\",\"max_completion_tokens\":null,\"max_tokens\":5}")
                                .maxOutputTokens())
                .isEqualTo(OptionalLong.of(5));
    }

    /// Mutated bodies: the scan throws nothing but [InvalidBody], and agrees with a second opinion on
    /// what is JSON: the same library's tree, fed with strictly decoded text.
    @Test
    void mutated_bodies_are_scanned_or_refused_and_never_misread() {
        var random = new Random(7);
        int accepted = 0;
        for (int round = 0; round < 30_000; round++) {
            byte[] body = mutated(utf8(SEED), random);
            boolean scanned;
            try {
                RequestBody found = RequestScan.scan(body, TestRules.BODY, ScanLimits.DEFAULT);
                scanned = true;
                accepted++;
                JsonNode tree = JSON.readTree(strict(body));
                assertThat(found.model()).isEqualTo(tree.path("model").asString(""));
                assertThat(found.streamed()).isEqualTo(tree.path("stream").asBoolean(false));
                ObjectNode renamed = ((ObjectNode) tree).put("model", "other");
                assertThat(JSON.readTree(found.withModel("other"))).isEqualTo(renamed);
            } catch (InvalidBody refused) {
                scanned = false;
                assertThat(refused.message()).isNotBlank();
            } catch (CharacterCodingException undecodable) {
                throw new AssertionError("accepted what is not UTF-8", undecodable);
            }
            if (!scanned && isUsable(body)) {
                throw new AssertionError("refused: " + text(body));
            }
        }
        assertThat(accepted).isGreaterThan(1000);
    }

    @Test
    void every_recorded_request_keeps_all_but_its_model() throws Exception {
        Path recorded =
                Path.of(System.getProperty("switchgear.root", "."))
                        .resolve("../shared/reference/llm/recorded");
        assumeTrue(Files.isDirectory(recorded), "no recordings beside the repository");
        int scanned = 0;
        for (Path file : requests(recorded)) {
            byte[] bytes = Files.readAllBytes(file);
            if (!JSON.readTree(bytes).path("model").isString()) {
                continue;
            }
            RequestBody body = RequestScan.scan(bytes, TestRules.BODY, ScanLimits.DEFAULT);
            byte[] changed = body.withModel("other/model");

            byte[] before = Arrays.copyOf(bytes, body.modelFrom());
            byte[] behind = Arrays.copyOfRange(bytes, body.modelTo(), bytes.length);
            assertThat(changed)
                    .as(file.toString())
                    .isEqualTo(join(before, utf8("\"other/model\""), behind));
            JsonNode tree = JSON.readTree(bytes);
            assertThat(body.model()).isEqualTo(tree.path("model").asString(""));
            assertThat(body.streamed()).isEqualTo(tree.path("stream").asBoolean(false));
            assertThat(JSON.readTree(changed))
                    .isEqualTo(((ObjectNode) tree).put("model", "other/model"));
            scanned++;
        }
        assertThat(scanned).isGreaterThan(50);
    }

    private static List<Path> requests(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".request.json"))
                    .sorted()
                    .toList();
        }
    }

    /// Whether a body is one the scan has no reason to refuse.
    private static boolean isUsable(byte[] body) {
        try {
            JsonNode tree = STRICT.readTree(strict(body));
            String model = tree.path("model").asString("");
            return tree.isObject()
                    && tree.path("model").isString()
                    && !model.isBlank()
                    && model.chars().noneMatch(Character::isISOControl)
                    && (tree.path("stream").isBoolean() || isAbsent(tree, "stream"))
                    && (tree.path("max_tokens").canConvertToLong() || isAbsent(tree, "max_tokens"))
                    && tree.path("max_tokens").isIntegralNumber()
                    && tree.path("max_completion_tokens").isIntegralNumber()
                    && tree.path("max_completion_tokens").canConvertToLong()
                    && tree.path("messages").isArray();
        } catch (JacksonException | CharacterCodingException unusable) {
            return false;
        }
    }

    private static boolean isAbsent(JsonNode tree, String name) {
        return tree.path(name).isMissingNode() || tree.path(name).isNull();
    }

    private static byte[] mutated(byte[] seed, Random random) {
        byte[] body = seed.clone();
        int changes = 1 + random.nextInt(3);
        for (int i = 0; i < changes; i++) {
            int at = random.nextInt(body.length);
            body =
                    switch (random.nextInt(5)) {
                        case 0 -> flipped(body, at, random);
                        case 1 -> join(Arrays.copyOf(body, at), tail(body, at + 1));
                        case 2 -> join(Arrays.copyOf(body, at), inserted(random), tail(body, at));
                        case 3 -> at < 2 ? body : Arrays.copyOf(body, at);
                        default -> {
                            int other = random.nextInt(body.length);
                            byte[] piece =
                                    Arrays.copyOfRange(
                                            body, Math.min(at, other), Math.max(at, other));
                            yield join(Arrays.copyOf(body, at), piece, tail(body, at));
                        }
                    };
        }
        return body;
    }

    private static byte[] flipped(byte[] body, int at, Random random) {
        body[at] = (byte) random.nextInt(256);
        return body;
    }

    private static byte[] inserted(Random random) {
        String[] pieces = {"\"", "\\", "{", "}", "[", "]", ",", ":", " ", "0", "é", "\u0000", "e"};
        return utf8(pieces[random.nextInt(pieces.length)]);
    }

    private static byte[] tail(byte[] body, int from) {
        return Arrays.copyOfRange(body, Math.min(from, body.length), body.length);
    }

    private static String strict(byte[] body) throws CharacterCodingException {
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    }

    private static RequestBody scan(String body) throws InvalidBody {
        return RequestScan.scan(utf8(body), TestRules.BODY, ScanLimits.DEFAULT);
    }

    private static String slice(RequestBody body) {
        return text(Arrays.copyOfRange(body.bytes(), body.modelFrom(), body.modelTo()));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void by_default_a_request_holds_ten_thousand_of_each_kind() throws InvalidBody {
        String turn = "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"x\"}]}";
        String tool = "{\"type\":\"x\"}";
        scan(held(10_000, turn, 10_000, tool));

        assertThatThrownBy(() -> scan(held(10_001, turn, 1, tool)))
                .hasMessage(
                        "messages: 10001 entries (expected: at most 10000, setting"
                                + " server.limits.messages)");
        assertThatThrownBy(() -> scan(held(1, turn, 10_001, tool)))
                .hasMessage(
                        "tools: 10001 tools (expected: at most 10000, setting server.limits.tools)");
    }

    @Test
    void token_ids_are_no_values_but_whatever_else_is_anywhere() throws InvalidBody {
        scan("{\"model\":\"m\",\"input\":[[" + "1,".repeat(600_000) + "1]]}");

        for (String place :
                List.of(
                        "{\"model\":\"m\",\"x\":[%s1],\"messages\":[]}",
                        "{\"model\":\"m\",\"x\":{\"y\":[%s1]},\"messages\":[]}",
                        "{\"model\":\"m\",\"provider\":{\"y\":[%s1]},\"messages\":[]}",
                        "{\"model\":\"m\",\"reasoning\":{\"y\":[%s1]},\"messages\":[]}",
                        "{\"model\":\"m\",\"tools\":[{\"y\":{\"z\":[%s1]}}],\"messages\":[]}",
                        "{\"model\":\"m\",\"messages\":[{\"y\":{\"z\":{\"q\":[%s1]}}}]}")) {
            assertThatThrownBy(() -> scan(place.formatted("1,".repeat(500_000))))
                    .as(place)
                    .hasMessageContaining("JSON values")
                    .hasMessageContaining("server.limits.json-values");
        }
    }

    private static String held(int turns, String turn, int tools, String tool) {
        return "{\"model\":\"m\",\"messages\":["
                + String.join(",", Collections.nCopies(turns, turn))
                + "],\"tools\":["
                + String.join(",", Collections.nCopies(tools, tool))
                + "]}";
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    private static byte[] join(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
