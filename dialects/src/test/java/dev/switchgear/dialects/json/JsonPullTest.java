package dev.switchgear.dialects.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchgear.families.llm.dialect.MalformedAnswer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonPullTest {
    @Test
    void a_value_of_another_kind_is_passed_over_whole() throws MalformedAnswer {
        var read = new ArrayList<Object>();

        read(
                """
                {"text":["a",{"b":1}],"count":{"c":2},"flag":[true],"object":[3],"array":{"d":[]},
                "last":"seen"}\
                """,
                json -> {
                    json.needObject("it");
                    while (json.field()) {
                        switch (json.name()) {
                            case "text" -> read.add(json.text("none"));
                            case "count" -> read.add(json.count());
                            case "flag" -> read.add(json.flag());
                            case "object" -> read.add(json.enterObject());
                            case "array" -> read.add(json.enterArray());
                            default -> read.add(json.name() + " " + json.text());
                        }
                    }
                });

        assertThat(read).isEqualTo(List.of("none", -1L, false, false, false, "last seen"));
    }

    @Test
    void a_count_is_a_whole_number_that_fits() throws MalformedAnswer {
        var counts = new ArrayList<Long>();

        read(
                "[7,9000000000,1.5,99999999999999999999,\"8\",\"8x\",\"\",9.0,null]",
                json -> {
                    while (json.element()) {
                        counts.add(json.count());
                    }
                });

        assertThat(counts).containsExactly(7L, 9_000_000_000L, -1L, -1L, 8L, -1L, -1L, 9L, -1L);
    }

    @Test
    void an_object_is_handed_on_as_it_came_or_on_one_line() throws MalformedAnswer {
        String object =
                "{ \"a\" : [1.50, -0 ,1e400],\n\"b\":{\"c\":\"\\u00fc\\n\",\"d\":null},\"e\":{} }";
        var read = new ArrayList<String>();

        read(
                "  [" + object + ", " + object + " ]",
                json -> {
                    json.enterArray();
                    json.element();
                    read.add(json.raw());
                    json.element();
                    read.add(json.compact());
                    assertThat(json.element()).isFalse();
                });

        assertThat(read)
                .containsExactly(
                        object,
                        "{\"a\":[1.50,-0,1e400],\"b\":{\"c\":\"\u00fc\\n\",\"d\":null},\"e\":{}}");
    }

    @Test
    void an_empty_list_holds_nothing() throws MalformedAnswer {
        var holding = new ArrayList<Boolean>();

        read(
                "[[],{},1,\"a\",null,[0],{\"a\":{}},[[]],[[1],[2]]]",
                json -> {
                    while (json.element()) {
                        holding.add(json.holdsSomething());
                    }
                });

        assertThat(holding)
                .containsExactly(false, false, false, false, false, true, true, true, true);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{\"a\":}", "{} {}", "{}]", "nul", "{\"a\" 1}"})
    void what_is_not_one_value_is_malformed(String text) {
        assertThatThrownBy(() -> read(text, json -> skipAll(json)))
                .isInstanceOf(MalformedAnswer.class);
    }

    private static void skipAll(JsonPull json) throws MalformedAnswer {
        json.needObject("it");
        while (json.field()) {
            json.skip();
        }
    }

    /// Not at the beginning of its array, as events in a buffer are not.
    private static void read(String text, JsonPull.Reading reading) throws MalformedAnswer {
        byte[] padded = ("xxx" + text + "yy").getBytes(StandardCharsets.UTF_8);

        JsonPull.read(padded, 3, padded.length - 2, reading);
    }
}
