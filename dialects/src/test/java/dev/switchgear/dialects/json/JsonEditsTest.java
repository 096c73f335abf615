package dev.switchgear.dialects.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class JsonEditsTest {
    @Test
    void fields_are_found_where_they_stand_whatever_is_in_them() {
        byte[] json =
                utf8(
                        " { \"a\" : \"}\\\"{\" ,\n\"b\":[1,{\"c\":\"]\"},[]],\"ü\":-1.5e3,\"d\":{}, \"e\":null} ");

        Map<String, String> found =
                JsonMember.of(json, 0).stream()
                        .collect(
                                Collectors.toMap(
                                        JsonMember::name,
                                        member -> member.value(json),
                                        (one, _) -> one,
                                        LinkedHashMap::new));

        assertThat(found)
                .containsExactly(
                        Map.entry("a", "\"}\\\"{\""),
                        Map.entry("b", "[1,{\"c\":\"]\"},[]]"),
                        Map.entry("ü", "-1.5e3"),
                        Map.entry("d", "{}"),
                        Map.entry("e", "null"));
        assertThat(JsonMember.of(utf8("[1]"), 0)).isEmpty();
    }

    /// Whatever is cut and added: it stays JSON, with exactly the other fields.
    @Test
    void any_fields_can_be_cut_and_added() {
        var random = new Random(7);
        for (int round = 0; round < 2_000; round++) {
            int size = random.nextInt(6);
            var text = new StringBuilder("{");
            for (int i = 0; i < size; i++) {
                text.append(i > 0 ? " ,\n " : " ")
                        .append("\"f")
                        .append(i)
                        .append("\" : [")
                        .append(i);
                text.append("]");
            }
            byte[] json = utf8(text.append(" }").toString());
            List<JsonMember> all = JsonMember.of(json, 0);
            Set<JsonMember> cut = new HashSet<>();
            for (JsonMember one : all) {
                if (random.nextBoolean()) {
                    cut.add(one);
                }
            }
            boolean adds = random.nextBoolean();
            var edits = new JsonEdits(json);

            edits.fields(0, all, cut, adds ? List.of("\"x\":1", "\"y\":2") : List.of());

            ObjectNode expected = (ObjectNode) Json.read(json, 0, json.length);
            cut.forEach(one -> expected.remove(one.name()));
            if (adds) {
                expected.put("x", 1).put("y", 2);
            }
            byte[] changed = edits.applied();
            assertThat(Json.text(Json.read(changed, 0, changed.length)))
                    .isEqualTo(Json.text(expected));
        }
    }

    @Test
    void elements_are_cut_and_values_and_names_replaced_without_a_change_to_the_rest() {
        byte[] json = utf8("{\"a\": [1, {\"b\":2} ,3],  \"ä\" : 4 }");
        List<JsonMember> all = JsonMember.of(json, 0);
        var edits = new JsonEdits(json);

        edits.elements(JsonMember.elements(json, all.getFirst().valueFrom()), Set.of(1));
        edits.name(all.get(1), "\"o\"");
        edits.value(all.get(1), "\"five\"");

        assertThat(new String(edits.applied(), StandardCharsets.UTF_8))
                .isEqualTo("{\"a\": [{\"b\":2}],  \"o\" : \"five\" }");
    }

    @Test
    void what_has_no_change_is_the_same_array() {
        byte[] json = utf8("{}");

        assertThat(new JsonEdits(json).applied()).isSameAs(json);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
