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

    private static final String WELL =
            """
            {"messages":[
            {"role":"system","content":"system-00. You keep a garden of rules."},
            {"role":"user","content":"user-01. Say \\"answer-01.\\""},
            {"role":"assistant","content":"answer-01."},
            {"role":"user","content":[{"type":"text","text":"user-02. [call grep call-02a] [call grep call-02b] Say \\"answer-02.\\""},
             {"type":"image_url","image_url":{"url":"data:image/png;base64,PICTURE"}}]},
            {"role":"assistant","reasoning_content":"it is about user-02","content":"","tool_calls":[
             {"id":"a","function":{"name":"grep","arguments":"{\\"path\\":\\"call-02a\\"}"}},
             {"id":"b","function":{"name":"grep","arguments":"{\\"path\\":\\"call-02b\\"}"}}]},
            {"role":"tool","tool_call_id":"a","content":"result-02a"},
            {"role":"tool","tool_call_id":"b","content":"result-02b"}]}
            """
                    .replace("PICTURE", AgentScript.PICTURE);

    /// An auditor who has followed the conversation in `WELL` up to its last results.
    private static AgentAuditor following() {
        var auditor = new AgentAuditor("planted", List.of());
        auditor.expect("user-01");
        auditor.turn("first", new AgentAnswer("answer-01.", List.of(), List.of(SEAL), 0, 0), "");
        auditor.expect("answer-01");
        auditor.expect("user-02");
        auditor.enclosed(Enclosed.PICTURE);
        for (String mark : List.of("call-02a", "call-02b", "result-02a", "result-02b")) {
            auditor.expect(mark);
        }
        return auditor;
    }

    private static void judged(String provider, String body) {
        following().judge(provider, body, body.length());
    }

    @Test
    void a_whole_conversation_passes() {
        assertThatCode(() -> judged("second", WELL)).doesNotThrowAnyException();
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
        harms.put("results are swapped", swapped("\"result-02a\"", "\"result-02b\""));
        harms.put("calls are swapped", swapped("\\\"call-02a\\\"", "\\\"call-02b\\\""));
        harms.put("words stand before those they follow", swapped("user-01. ", "user-02. "));
        harms.put("the picture is lost", WELL.replace(AgentScript.PICTURE, "AAAA"));
        harms.put("the system text is lost", WELL.replace("system-00", "nothing"));
        harms.put(
                "the system text is there twice",
                WELL.replace(
                        "{\"role\":\"user\",\"content\":\"user-01",
                        "{\"role\":\"system\",\"content\":\"system-00\"},{\"role\":\"user\",\"content\":\"user-01"));
        harms.put("a foreign seal is sent", with(SEAL));
        harms.put("a foreign seal is sent within another", with("wrapped:" + SEAL + ":"));
        return harms.entrySet().stream();
    }

    private static String swapped(String one, String other) {
        return WELL.replace(one, "\u0000").replace(other, one).replace("\u0000", other);
    }

    @ParameterizedTest
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
                """
                {"instructions":"system-00.","previous_response_id":"resp_1","input":[
                {"role":"user","content":"user-02."},
                {"type":"item_reference","id":"fc_1"}]}
                """;
        var auditor = new AgentAuditor("planted", List.of());
        auditor.expect("user-01");
        auditor.turn("first", answer("resp_1", "{\"id\":\"msg_1\",\"text\":\"answer-01\"}"), "");
        auditor.expect("answer-01");
        auditor.expect("user-02");
        auditor.turn("first", answer("resp_2", "{\"id\":\"fc_1\",\"arguments\":\"call-02a\"}"), "");
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
