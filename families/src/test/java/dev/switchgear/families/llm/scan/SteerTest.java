package dev.switchgear.families.llm.scan;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.scan.Steer.Models;
import dev.switchgear.families.llm.scan.Steer.Providers;
import dev.switchgear.families.llm.scan.Steer.Sort;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/// Fields by which a client says where its request may go.
final class SteerTest {
    private static final JsonMapper JSON = JsonMapper.shared();

    @Test
    void models_and_fallbacks_are_read_in_all_forms_that_users_know() throws InvalidBody {
        RequestBody body =
                scan(
                        """
                        {"model":"a","models":["a","b/c"],"fallbacks":["d/e",{"model":"f"},
                        {"provider":"g","model":"h","messages":[{"role":"user"}],"x":1}]}\
                        """);

        assertThat(body.steers())
                .satisfiesExactly(
                        models ->
                                assertThat(((Models) models).models()).containsExactly("a", "b/c"),
                        fallbacks -> {
                            assertThat(((Models) fallbacks).models())
                                    .containsExactly("d/e", "f", "g/h");
                            assertThat(fallbacks.unused())
                                    .containsExactly("fallbacks[].messages", "fallbacks[].x");
                        });
    }

    @Test
    void providers_are_read_and_what_nobody_here_acts_on_is_named() throws InvalidBody {
        RequestBody body =
                scan(
                        """
                        {"provider":{"order":["a"],"only":["a","b"],"ignore":["c"],"sort":"price",
                        "allow_fallbacks":false,"max_price":{"prompt":1},"quantizations":["fp8"]},
                        "model":"m"}\
                        """);

        var providers = (Providers) body.steers().getFirst();
        assertThat(providers.order()).containsExactly("a");
        assertThat(providers.only()).containsExactly("a", "b");
        assertThat(providers.ignore()).containsExactly("c");
        assertThat(providers.allowFallbacks()).contains(false);
        assertThat(providers.sort()).contains(Sort.PRICE);
        assertThat(providers.unused())
                .containsExactly("provider.max_price", "provider.quantizations");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    "latency"                        | LATENCY |
                    {"by":"price"}                   | PRICE   |
                    "throughput"                     |         | provider.sort: throughput
                    {"by":"latency","partition":"x"} | LATENCY | provider.sort.partition
                    null                             |         |
                    """)
    void sort_is_a_word_or_an_object(String sort, Sort expected, String unused) throws InvalidBody {
        var body = scan("{\"model\":\"m\",\"provider\":{\"sort\":%s}}".formatted(sort));

        var providers = (Providers) body.steers().getFirst();
        assertThat(providers.sort().orElse(null)).isEqualTo(expected);
        assertThat(providers.unused()).isEqualTo(unused == null ? List.of() : List.of(unused));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    "models":"b"                       | models
                    "models":[1]                       | models
                    "models":[""]                      | models
                    "models":["a\\nb"]                 | models
                    "models":{}                        | models
                    "models":[],"models":[]            | models
                    "fallbacks":[["a"]]                | fallbacks
                    "fallbacks":[{}]                   | fallbacks
                    "fallbacks":[{"model":null}]       | fallbacks[].model
                    "fallbacks":true                   | fallbacks
                    "provider":"openai"                | provider
                    "provider":[]                      | provider
                    "provider":{"order":"a"}           | provider.order
                    "provider":{"only":[{}]}           | provider.only
                    "provider":{"ignore":[null]}       | provider.ignore
                    "provider":{"allow_fallbacks":"no"} | provider.allow_fallbacks
                    "provider":{"sort":1}              | provider.sort
                    """)
    void a_field_of_the_wrong_type_is_named(String field, String param) {
        var invalid =
                catchThrowableOfType(
                        InvalidBody.class, () -> scan("{\"model\":\"m\"," + field + "}"));

        assertThat(invalid).isNotNull();
        assertThat(invalid.param()).contains(param);
        assertThat(invalid.message()).startsWith(param + ": ");
    }

    @Test
    void sixteen_models_are_taken_and_no_more() throws InvalidBody {
        String sixteen = String.join(",", Collections.nCopies(16, "\"m\""));

        RequestBody body = scan("{\"model\":\"m\",\"fallbacks\":[" + sixteen + "]}");
        var invalid =
                catchThrowableOfType(
                        InvalidBody.class,
                        () -> scan("{\"model\":\"m\",\"fallbacks\":[" + sixteen + ",\"m\"]}"));

        assertThat(((Models) body.steers().getFirst()).models()).hasSize(16);
        assertThat(invalid.param()).contains("fallbacks");
    }

    @Test
    void a_dialect_with_the_model_in_the_path_has_them_not() throws InvalidBody {
        byte[] body = "{\"models\":\"anything\",\"provider\":7}".getBytes(UTF_8);

        var scanned = RequestScan.scan(body, ScanRules.modelInPath(), ScanLimits.DEFAULT);

        assertThat(scanned.steers()).isEmpty();
    }

    @Test
    void null_says_nothing_and_stays() throws InvalidBody {
        RequestBody body = scan("{\"model\":\"a\",\"models\":null,\"provider\":null}");

        assertThat(body.steers()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {"models":["b"],"model":"a"}           | {"model":"a"}
                    {"model":"a","models":["b"]}           | {"model":"a"}
                    {"models":["b"],"fallbacks":["c"],"model":"a"} | {"model":"a"}
                    {"model":"a", "models":["b"], "fallbacks":["c"]} | {"model":"a"  }
                    {"x":1 , "provider" : { } , "model":"a"} | {"x":1 ,   "model":"a"}
                    {"model":"a","provider":{},"models":[]}| {"model":"a"}
                    {"models":["b","c"]}                   | {"model":"b"}
                    {"provider":{}, "models":["b"],"t":1}  | { "model":"b","t":1}
                    {"fallbacks":[],"models":["b"],"provider":{}} | {"model":"b"}
                    """)
    void what_is_cut_out_takes_one_comma_along_and_nothing_else(String before, String after)
            throws InvalidBody {
        RequestBody body = scan(before);

        RequestBody cut = body.without(body.steers());

        assertThat(text(cut.bytes())).isEqualTo(after);
        assertThat(text(cut.withModel("zz")))
                .isEqualTo(after.replaceFirst("\"model\":\"[ab]\"", "\"model\":\"zz\""));
        assertThat(text(body.withModel("zz"))).contains("\"model\":\"zz\"");
    }

    /// Bodies of random fields with random space between all tokens.
    @Test
    void of_any_body_every_other_byte_stays() throws InvalidBody {
        var random = new Random(42);
        for (int round = 0; round < 3_000; round++) {
            var fields = new ArrayList<String>();
            fields.add("\"model\"" + space(random) + ":" + space(random) + "\"größe\"");
            for (int i = random.nextInt(6); i > 0; i--) {
                fields.add(other(random, i));
            }
            var steers = new ArrayList<String>();
            for (String name : List.of("models", "f\\u0061llbacks", "provider")) {
                if (random.nextBoolean()) {
                    steers.add(steer(random, name));
                }
            }
            fields.addAll(steers);
            Collections.shuffle(fields, random);
            var parts = new ArrayList<String>();
            fields.forEach(field -> parts.add(space(random) + field + space(random)));
            String whole = "{" + String.join(",", parts) + "}";

            RequestBody body = scan(whole);
            RequestBody cut = body.without(body.steers());

            var left = new ArrayList<String>();
            parts.stream().filter(part -> !steers.contains(part.strip())).forEach(left::add);
            assertThat(body.steers()).hasSameSizeAs(steers);
            assertThat(text(cut.bytes()).replaceAll("[ \\n\\t]", ""))
                    .as(whole)
                    .isEqualTo(("{" + String.join(",", left) + "}").replaceAll("[ \\n\\t]", ""));
            int gone = steers.stream().mapToInt(steer -> bytes(steer) + 1).sum();
            assertThat(cut.bytes()).as(whole).hasSize(bytes(whole) - gone);
            assertThat(JSON.readTree(cut.bytes()).path("model").asString()).isEqualTo("größe");
            assertThat(JSON.readTree(cut.withModel("x")).path("model").asString()).isEqualTo("x");
        }
    }

    private static String steer(Random random, String name) {
        String value =
                name.equals("provider")
                        ? "{" + space(random) + "\"order\" :[\"ü\",\"b\"]}"
                        : "[" + space(random) + "\"m\" , {\"model\":\"]},\\\"\"}]";
        return "\"" + name + "\"" + space(random) + ":" + space(random) + value;
    }

    private static String other(Random random, int index) {
        String value =
                switch (random.nextInt(5)) {
                    case 0 -> "1e3";
                    case 1 -> "\"}],🙂\\\"\"";
                    case 2 -> "{\"models\":[1],\"provider\":2}";
                    case 3 -> "[[],{},null]";
                    default -> "true";
                };
        return "\"x" + index + "\"" + space(random) + ":" + space(random) + value;
    }

    private static String space(Random random) {
        return " \n\t ".substring(0, random.nextInt(4));
    }

    private static int bytes(String text) {
        return text.getBytes(UTF_8).length;
    }

    private static RequestBody scan(String body) throws InvalidBody {
        return RequestScan.scan(body.getBytes(UTF_8), TestRules.BODY, ScanLimits.DEFAULT);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }
}
