package dev.switchgear.server.api.llm.responses.compact;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchgear.core.vault.Secret;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.InvalidBody;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Histories are written as words: `u1` the user's, `d1` the developer's, `a1` the assistant's messages,
/// `r1` reasoning, `c1` a call, `C1` one of a custom tool, `o1` and `O1` their results, `t1` further
/// tools, `w1` a search that the provider did itself, `K` our compaction.
class CompactedHistoryTest {
    private final CompactionSeal seal = new CompactionSeal(Secret.of("a pepper"));

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    # history                   | told                     | open
                    u1 a1                       | u1 a1                    | -
                    u1                          | u1                       | u1
                    u1 a1 u2                    | u1 a1 u2                 | u2
                    u1 a1 u2 u3                 | u1 a1 u2 u3              | u2 u3
                    u1 c1 o1                    | u1 c1 o1                 | -
                    u1 c1 o1 a1                 | u1 c1 o1 a1              | -
                    u1 c1                       | u1                       | c1
                    u1 r1 c1                    | u1                       | r1 c1
                    u1 a1 r1 c1 c2              | u1 a1                    | r1 c1 c2
                    u1 r1 c1 c2 o1              | u1                       | r1 c1 c2 o1
                    u1 c1 c2 o2                 | u1                       | c1 c2 o2
                    u1 c1 c2 o1 o2              | u1 c1 c2 o1 o2           | -
                    u1 c1 o1 r2 c2              | u1 c1 o1                 | r2 c2
                    u1 C1                       | u1                       | C1
                    u1 C1 O1 O1                 | u1 C1 O1 O1              | -
                    u1 c1 u2                    | u1                       | c1 u2
                    u1 c1 a1 u2                 | u1                       | c1 a1 u2
                    u1 w1 a1                    | u1 w1 a1                 | -
                    u1 c1 u2 a2                 | u1 c1 u2 a2              | -
                    t1 d1 u1 c1 o1              | t1 d1 u1 c1 o1           | -
                    """,
            delimiter = '|')
    void what_is_still_open_is_kept_as_it_is_and_the_rest_is_told(
            String history, String told, String open) {
        CompactedHistory.Cut cut = CompactedHistory.cut(items(history));

        assertThat(words(cut.told())).isEqualTo(told);
        assertThat(words(cut.open())).isEqualTo(open.equals("-") ? "" : open);
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    # before      | open      | sent              | becomes
                    -             | -         | K u2              | S u2
                    -             | -         | u1 K u2           | u1 S u2
                    -             | -         | u1 a1 c1 o1 K u2  | u1 S u2
                    d1            | -         | K u2              | d1 S u2
                    d1            | -         | d1 u1 K u2        | d1 u1 S u2
                    d1            | -         | d2 u1 K u2        | d1 d2 u1 S u2
                    -             | c1        | u1 K o1           | u1 S c1 o1
                    -             | r1 c1     | u1 r1 c1 K o1     | u1 S r1 c1 o1
                    -             | c1 c2 o1  | u1 K o2           | u1 S c1 c2 o1 o2
                    -             | -         | u1 c1 K o1        | u1 c1 S o1
                    -             | u2        | K                 | S u2
                    -             | u2        | u1 u2 K           | u1 u2 S
                    -             | u2        | u2 u1 K           | u2 u1 S u2
                    -             | -         | t1 u1 a1 K u2     | t1 u1 S u2
                    -             | -         | K a1 c1 o1 u2     | S a1 c1 o1 u2
                    -             | -         | K u1 a1 K u2      | u1 S u2
                    """,
            delimiter = '|')
    void a_compaction_stands_for_all_before_it_but_the_users_and_the_developers_words(
            String before, String open, String sent, String becomes) throws InvalidBody {
        var held = new CompactedHistory.Held(items(before), "the summary", items(open));
        ObjectNode item = Json.object().put("type", "compaction");
        item.put("encrypted_content", seal.seal("ci", held.bytes()));
        List<JsonNode> items = items(sent).stream().map(one -> isMark(one) ? item : one).toList();

        assertThat(words(CompactedHistory.opened(items, "ci", seal))).isEqualTo(becomes);
    }

    @Test
    void the_summary_is_read_word_for_word() throws InvalidBody {
        var held = new CompactedHistory.Held(List.of(), "äöü \" \\ 😀 and\nmore", List.of());
        ObjectNode item = Json.object().put("type", "compaction");
        item.put("encrypted_content", seal.seal("ci", held.bytes()));

        List<JsonNode> opened = CompactedHistory.opened(List.of(item), "ci", seal);

        assertThat(opened.getFirst().at("/content/0/text").stringValue())
                .isEqualTo(CompactedHistory.HEADING + "äöü \" \\ 😀 and\nmore");
    }

    @Test
    void one_of_another_client_is_refused_by_its_place() {
        ObjectNode item = Json.object().put("type", "compaction");
        item.put("encrypted_content", seal.seal("ci", new byte[] {'{', '}'}));
        var items = new ArrayList<JsonNode>(items("u1"));
        items.add(item);

        assertThatThrownBy(() -> CompactedHistory.opened(items, "cd", seal))
                .isInstanceOfSatisfying(
                        InvalidBody.class,
                        refused ->
                                assertThat(refused.param()).hasValue("input[1].encrypted_content"));
    }

    @Test
    void one_that_a_provider_made_is_left_as_it_is() throws InvalidBody {
        ObjectNode item = Json.object().put("type", "compaction").put("encrypted_content", "gAAAA");
        List<JsonNode> items = List.of(item);

        assertThat(CompactedHistory.opened(items, "ci", seal)).isEqualTo(items);
    }

    private static boolean isMark(JsonNode item) {
        return CompactedHistory.type(item).equals("K");
    }

    private static List<JsonNode> items(String words) {
        var items = new ArrayList<JsonNode>();
        for (String word : words.split(" ", -1)) {
            if (!word.equals("-")) {
                items.add(item(word));
            }
        }
        return items;
    }

    private static JsonNode item(String word) {
        String number = word.substring(1);
        return switch (word.charAt(0)) {
            case 'u' -> message("user", word);
            case 'd' -> message("developer", word);
            case 'a' -> message("assistant", word);
            case 'r' -> Json.object().put("type", "reasoning").put("id", word);
            case 'c' -> call("function_call", number);
            case 'C' -> call("custom_tool_call", number);
            case 'o' -> call("function_call_output", number);
            case 'O' -> call("custom_tool_call_output", number);
            case 't' -> Json.object().put("type", "additional_tools").put("id", word);
            case 'w' -> Json.object().put("type", "web_search_call").put("id", word);
            default -> Json.object().put("type", "K");
        };
    }

    private static ObjectNode message(String role, String text) {
        return Json.object().put("role", role).put("content", text);
    }

    private static ObjectNode call(String type, String id) {
        return Json.object().put("type", type).put("call_id", id);
    }

    private static String words(List<JsonNode> items) {
        return items.stream().map(CompactedHistoryTest::word).collect(joining(" "));
    }

    private static String word(JsonNode item) {
        return switch (CompactedHistory.type(item)) {
            case "function_call" -> "c" + item.path("call_id").stringValue();
            case "custom_tool_call" -> "C" + item.path("call_id").stringValue();
            case "function_call_output" -> "o" + item.path("call_id").stringValue();
            case "custom_tool_call_output" -> "O" + item.path("call_id").stringValue();
            case "message" ->
                    item.path("content").isString() ? item.path("content").stringValue() : "S";
            default -> item.path("id").stringValue();
        };
    }
}
