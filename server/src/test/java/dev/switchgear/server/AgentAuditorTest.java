package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchgear.server.AgentScript.Enclosed;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What the auditor of agents sees: each way to harm a conversation once.
final class AgentAuditorTest {
    private static final String SEAL =
            "c2VhbGVkIGJ5IHRoZSBmaXJzdCBhY2NvdW50LCBhbmQgZm9yIGl0IGFsb25l";

    private static final String TOOLS =
            "[{\"name\":\"" + String.join("\"},{\"name\":\"", Agent.TOOLS) + "\"}]";

    private static final String WELL =
            whole(
                    """
                    {"tools":TOOLS,"messages":[
                    {"role":"system","content":"SYSTEM"},
                    {"role":"user","content":"user-01. Say \\"answer-01.\\""},
                    {"role":"assistant","content":"answer-01."},
                    {"role":"user","content":[{"type":"text","text":"user-02. [call grep call-02a] [call grep call-02b] Say \\"answer-02.\\""},
                     {"type":"image_url","image_url":{"url":"data:image/png;base64,PICTURE"}}]},
                    {"role":"assistant","reasoning_content":"The question is about user-02.","content":"","tool_calls":[
                     {"id":"a","function":{"name":"grep","arguments":"{\\"path\\":\\"call-02a\\"}"}},
                     {"id":"b","function":{"name":"list_dir","arguments":"{\\"path\\":\\"call-02b\\"}"}}]},
                    {"role":"tool","tool_call_id":"a","content":"result-02a"},
                    {"role":"tool","tool_call_id":"b","content":"result-02b"}]}
                    """);

    private static final String IN_RESPONSES =
            whole(
                    """
                    {"tools":TOOLS,"instructions":"SYSTEM","input":[
                    {"role":"user","content":"user-01."},
                    {"type":"message","role":"assistant","content":[{"type":"output_text","text":"answer-01."}]},
                    {"role":"user","content":[{"type":"input_image","image_url":"data:image/png;base64,PICTURE"},{"type":"input_text","text":"user-02."}]},
                    {"type":"reasoning","summary":[{"type":"summary_text","text":"The question is about user-02."}]},
                    {"type":"function_call","call_id":"a","name":"grep","arguments":"call-02a"},
                    {"type":"custom_tool_call","call_id":"b","name":"list_dir","input":"call-02b"},
                    {"type":"function_call_output","call_id":"a","output":"result-02a"},
                    {"type":"custom_tool_call_output","call_id":"b","output":"result-02b"}]}
                    """);

    private static final String IN_MESSAGES =
            whole(
                    """
                    {"tools":TOOLS,"system":[{"type":"text","text":"SYSTEM"}],"messages":[
                    {"role":"user","content":"user-01."},
                    {"role":"assistant","content":"answer-01."},
                    {"role":"user","content":[{"type":"image","source":{"data":"PICTURE"}},{"type":"text","text":"user-02."}]},
                    {"role":"assistant","content":[{"type":"thinking","thinking":"The question is about user-02."},
                     {"type":"tool_use","id":"a","name":"grep","input":{"path":"call-02a"}},
                     {"type":"tool_use","id":"b","name":"list_dir","input":{"path":"call-02b"}}]},
                    {"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":"result-02a"},
                     {"type":"tool_result","tool_use_id":"b","content":[{"type":"text","text":"result-02b"}]}]}]}
                    """);

    private static final String IN_GEMINI =
            whole(
                    """
                    {"tools":[{"functionDeclarations":TOOLS}],"systemInstruction":{"parts":[{"text":"SYSTEM"}]},"contents":[
                    {"role":"user","parts":[{"text":"user-01."}]},
                    {"role":"model","parts":[{"text":"answer-01."}]},
                    {"role":"user","parts":[{"text":"user-02."},{"inlineData":{"data":"PICTURE"}}]},
                    {"role":"model","parts":[{"text":"The question is about user-02.","thought":true},
                     {"functionCall":{"name":"grep","id":"a","args":{"path":"call-02a"}}},
                     {"functionCall":{"name":"list_dir","id":"b","args":{"path":"call-02b"}}}]},
                    {"role":"user","parts":[{"functionResponse":{"name":"grep","id":"a","response":{"output":"result-02a"}}},
                     {"functionResponse":{"name":"list_dir","id":"b","response":{"output":"result-02b"}}}]}]}
                    """);

    private static final String IN_OLLAMA =
            whole(
                    """
                    {"tools":TOOLS,"messages":[
                    {"role":"system","content":"SYSTEM"},
                    {"role":"user","content":"user-01."},
                    {"role":"assistant","content":"answer-01."},
                    {"role":"user","content":"user-02.","images":["PICTURE"]},
                    {"role":"assistant","thinking":"The question is about user-02.","content":"","tool_calls":[
                     {"function":{"name":"grep","arguments":{"path":"call-02a"}}},
                     {"function":{"name":"list_dir","arguments":{"path":"call-02b"}}}]},
                    {"role":"tool","tool_name":"grep","content":"result-02a"},
                    {"role":"tool","tool_name":"list_dir","content":"result-02b"}]}
                    """);

    private static String whole(String body) {
        return body.replace("TOOLS", TOOLS)
                .replace("SYSTEM", AgentScript.SYSTEM)
                .replace("PICTURE", AgentScript.PICTURE);
    }

    /// An auditor who has followed the conversation in `WELL` up to its last results.
    private static AgentAuditor following() {
        var auditor = new AgentAuditor("planted", List.of());
        auditor.expect("user-01");
        auditor.turn("first", new AgentAnswer("answer-01.", List.of(), List.of(SEAL), 0, 0));
        auditor.expect("answer-01");
        auditor.expect("user-02");
        auditor.expect(Enclosed.PICTURE.mark());
        for (String mark : List.of("call-02a", "call-02b", "result-02a", "result-02b")) {
            auditor.expect(mark);
        }
        return auditor;
    }

    private static void judged(String provider, String body) {
        following().judge(provider, body, body.length());
    }

    private static List<String> dialects() {
        return List.of(WELL, IN_RESPONSES, IN_MESSAGES, IN_GEMINI, IN_OLLAMA);
    }

    @ParameterizedTest(name = "{index}")
    @MethodSource("dialects")
    void a_whole_conversation_passes(String body) {
        assertThatCode(() -> judged("second", body)).doesNotThrowAnyException();
    }

    /// Each harm in each dialect that has a place for it.
    private static Stream<Map.Entry<String, String>> harmsEverywhere() {
        return dialects().stream()
                .flatMap(well -> {
                    Map<String, String> harms = new TreeMap<>();
                    harms.put("a call bears the id of another", well.replace("\"b\"", "\"a\""));
                    harms.put("results answer each other's call", crossed(well));
                    harms.put("a message is lost", well.replace("user-01.", ""));
                    harms.put("an answer is lost", well.replace("answer-01.", ""));
                    harms.put("an answer is the user's", well.replace("\"assistant\"", "\"user\""));
                    harms.put(
                            "an answer is the user's words", well.replace("\"model\"", "\"user\""));
                    harms.put("a result is lost", well.replace("result-02a", ""));
                    harms.put("a picture is lost", well.replace(AgentScript.PICTURE, "AAAA"));
                    harms.put(
                            "a picture stands elsewhere",
                            well.replace(AgentScript.PICTURE, "AAAA")
                                    .replace("answer-01.", "answer-01." + AgentScript.PICTURE));
                    harms.put(
                            "a picture is there twice",
                            well.replace("answer-01.", "answer-01." + AgentScript.PICTURE));
                    harms.put(
                            "a thought is told as words",
                            well.replace("answer-01.", "answer-01. The question is about it."));
                    harms.put("a tool is lost", well.replace("read_file", "other"));
                    harms.put("the system text is cut", well.replace("Rule 129", ""));
                    return harms.entrySet().stream()
                            .filter(harm -> !harm.getValue().equals(well))
                            .map(harm -> Map.entry(harm.getKey() + " in " + well, harm.getValue()));
                });
    }

    /// The ids and names of both results in each other's place.
    private static String crossed(String well) {
        int results = well.indexOf("result-02a");
        int from = Math.max(well.lastIndexOf("call-02b", results), 0);
        String tail = well.substring(from);
        String crossed = swapped(swapped(tail, "\"a\"", "\"b\""), "\"grep\"", "\"list_dir\"");
        return well.substring(0, from) + crossed;
    }

    @ParameterizedTest(name = "{index}")
    @MethodSource("harmsEverywhere")
    void every_harm_is_seen_in_every_dialect(Map.Entry<String, String> harm) {
        assertThatThrownBy(() -> judged("second", harm.getValue()))
                .as(harm.getKey())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("planted");
    }

    @Test
    void what_an_account_sealed_may_come_back_to_it() {
        assertThatCode(() -> judged("first", with(SEAL))).doesNotThrowAnyException();
    }

    private static String with(String seal) {
        return WELL.replace(
                "\"reasoning_content\":", "\"signature\":\"" + seal + "\",\"reasoning_content\":");
    }

    private static Stream<Map.Entry<String, String>> harms() {
        Map<String, String> harms = new TreeMap<>();
        harms.put("a message is lost", WELL.replace("user-01. ", ""));
        harms.put(
                "an answer is lost",
                WELL.replace("\"content\":\"answer-01.\"", "\"content\":\"\""));
        harms.put("a call is lost", WELL.replace("{\\\"path\\\":\\\"call-02b\\\"}", "{}"));
        harms.put("a result is lost", WELL.replace("\"result-02b\"", "\"\""));
        harms.put(
                "a result is there twice",
                WELL.replace("\"result-02b\"", "\"result-02b result-02b\""));
        harms.put("results are swapped", swapped(WELL, "\"result-02a\"", "\"result-02b\""));
        harms.put("calls are swapped", swapped(WELL, "\\\"call-02a\\\"", "\\\"call-02b\\\""));
        harms.put("words stand before those they follow", swapped(WELL, "user-01. ", "user-02. "));
        harms.put(
                "a result is the user's words",
                WELL.replace("\"role\":\"tool\",\"tool_call_id\":\"b\"", "\"role\":\"user\""));
        harms.put("the picture is lost", WELL.replace(AgentScript.PICTURE, "AAAA"));
        harms.put("the system text is lost", WELL.replace("system-00", "nothing"));
        harms.put(
                "the system text is there twice",
                WELL.replace(
                        "{\"role\":\"user\",\"content\":\"user-01",
                        "{\"role\":\"system\",\"content\":\""
                                + AgentScript.SYSTEM
                                + "\"},{\"role\":\"user\",\"content\":\"user-01"));
        harms.put("a foreign seal is sent", with(SEAL));
        harms.put("a foreign seal is sent within another", with("wrapped:" + SEAL + ":"));
        return harms.entrySet().stream();
    }

    private static String swapped(String text, String one, String other) {
        return text.replace(one, "\u0000").replace(other, one).replace("\u0000", other);
    }

    @ParameterizedTest(name = "{index}")
    @MethodSource("harms")
    void every_harm_is_seen(Map.Entry<String, String> harm) {
        assertThatThrownBy(() -> judged("second", harm.getValue()))
                .as(harm.getKey())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("planted");
    }

    @Test
    void a_body_of_which_only_a_part_is_remembered_proves_nothing() {
        assertThatThrownBy(() -> following().judge("second", WELL, 1 << 20))
                .isInstanceOf(AssertionError.class);
    }

    /// Named, not sent: as the provider keeps it, who kept it.
    @Test
    void what_is_named_must_be_kept_by_the_one_it_is_named_to() {
        String named =
                whole(
                        """
                        {"tools":TOOLS,"instructions":"SYSTEM","previous_response_id":"resp_1","input":[
                        {"role":"user","content":"user-02."},
                        {"type":"item_reference","id":"fc_1"}]}
                        """);
        var auditor = new AgentAuditor("planted", List.of());
        auditor.expect("user-01");
        auditor.turn("first", answer("resp_1", "{\"id\":\"msg_1\",\"text\":\"answer-01\"}"));
        auditor.expect("answer-01");
        auditor.expect("user-02");
        auditor.turn("first", answer("resp_2", "{\"id\":\"fc_1\",\"arguments\":\"call-02a\"}"));
        auditor.expect("call-02a");

        assertThatCode(() -> auditor.judge("first", named, 1)).doesNotThrowAnyException();
        for (String harmed :
                List.of(
                        named.replace("resp_1", "resp_2"),
                        named.replace("resp_1", "resp_9"),
                        named.replace("fc_1", "fc_9"),
                        named.replace("fc_1", "msg_1"))) {
            assertThatThrownBy(() -> auditor.judge("first", harmed, 1))
                    .as(harmed)
                    .isInstanceOf(AssertionError.class);
        }
        assertThatThrownBy(() -> auditor.judge("second", named, 1))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("named to second");
    }

    private static AgentAnswer answer(String id, String item) {
        return new AgentAnswer("", List.of(), List.of(), id, List.of(Agent.object(item)), 0, 0);
    }
}
