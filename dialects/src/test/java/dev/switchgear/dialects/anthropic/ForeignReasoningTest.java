package dev.switchgear.dialects.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.chat.Signature;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

final class ForeignReasoningTest {
    private static byte[] history(String blocks) {
        return Say.bytes("{ 'messages':[{'role':'assistant','content':[" + blocks + "]}]}");
    }

    @Test
    void what_anthropic_signed_passes_byte_for_byte() {
        byte[] body =
                history(
                        "{'type':'thinking','thinking':'hm','signature' : 'own'},"
                                + "{'type':'redacted_thinking','data':'own'},"
                                + "{'type':'text','text':'signature sg1. '}");

        assertThat(ForeignReasoning.removed(body)).isSameAs(body);
    }

    @Test
    void what_others_reasoned_is_left_out() {
        String other = new Signature("s", Dialect.GEMINI, "g").shownTo(Dialect.ANTHROPIC);

        for (String foreign :
                new String[] {
                    "{'type':'thinking','thinking':'hm','signature': ''}",
                    "{'type':'thinking','thinking':'','signature':'" + other + "'}",
                    "{'type':'redacted_thinking','data':'" + other + "'}"
                }) {
            byte[] removed =
                    ForeignReasoning.removed(history(foreign + ",{'type':'text','text':'so'}"));

            assertThat(Json.read(removed, 0, removed.length))
                    .isEqualTo(
                            Say.json(
                                    "{'messages':[{'role':'assistant','content':["
                                            + "{'type':'text','text':'so'}]}]}"));
        }
    }

    @Test
    void what_another_account_signed_is_left_out_and_nothing_else() {
        byte[] body =
                history(
                        "{'type':'thinking','thinking':'a','signature':'theirs'},"
                                + "{'type':'thinking','thinking':'b','signature':'mine'},"
                                + "{'type':'redacted_thinking','data':'theirs'},"
                                + "{'type':'new_block','x':1}");

        byte[] removed = ForeignReasoning.removed(body, "theirs"::equals);

        assertThat(Json.read(removed, 0, removed.length))
                .isEqualTo(
                        Say.json(
                                "{'messages':[{'role':'assistant','content':["
                                        + "{'type':'thinking','thinking':'b','signature':'mine'},"
                                        + "{'type':'new_block','x':1}]}]}"));
        assertThat(ForeignReasoning.removed(body, _ -> false)).isSameAs(body);
    }

    /// The API refuses a message without content.
    @Test
    void a_message_that_held_nothing_else_goes_with_it() {
        byte[] body =
                Say.bytes(
                        "{'messages':[{'role':'user','content':'go'},{'role':'assistant','content':["
                                + "{'type':'redacted_thinking','data':'theirs'}]},"
                                + "{'role':'user','content':'on'}]}");

        byte[] removed = ForeignReasoning.removed(body, "theirs"::equals);

        assertThat(Json.read(removed, 0, removed.length))
                .isEqualTo(
                        Say.json(
                                "{'messages':[{'role':'user','content':'go'},"
                                        + "{'role':'user','content':'on'}]}"));
    }

    /// A model with a budget to think refuses results of calls before which it did not.
    @Test
    void a_tool_loop_whose_thoughts_had_to_go_is_gone_on_with_without_thinking() {
        String loop =
                ",'messages':[{'role':'user','content':'go'},{'role':'assistant','content':["
                        + "{'type':'thinking','thinking':'a','signature':'theirs'},"
                        + "{'type':'tool_use','id':'t','name':'f','input':{}}]},"
                        + "{'role':'user','content':[{'type':'tool_result','tool_use_id':'t'}]}";
        String more = ",{'role':'assistant','content':'so'},{'role':'user','content':'on'}";
        String edits = ",'context_management':{'edits':[{'type':'clear_thinking_20251015'}%s]}";
        String other = ",{'type':'clear_tool_uses_20250919'}";

        assertThat(thinking("'enabled'", edits.formatted("") + loop))
                .isEqualTo("{\"type\":\"disabled\"} -");
        assertThat(thinking("'enabled'", edits.formatted(other) + loop))
                .isEqualTo(
                        "{\"type\":\"disabled\"} {\"edits\":[{\"type\":\"clear_tool_uses_20250919\"}]}");
        assertThat(thinking("'adaptive'", loop)).isEqualTo("{\"type\":\"adaptive\"} -");
        assertThat(thinking("'enabled'", loop + more)).isEqualTo("{\"type\":\"enabled\"} -");
    }

    /// It thinks before its first call, and need not again before it hears all results.
    @Test
    void a_tool_loop_that_keeps_its_first_thought_is_gone_on_with_thinking() {
        String calls =
                "{'type':'tool_use','id':'t%d','name':'f','input':{}}]},"
                        + "{'role':'user','content':[{'type':'tool_result','tool_use_id':'t%d'}]}";
        for (String own :
                new String[] {
                    "{'type':'thinking','thinking':'a','signature':'mine'},",
                    "{'type':'redacted_thinking','data':'mine'},"
                }) {
            String loop =
                    ",'messages':[{'role':'user','content':'go'},{'role':'assistant','content':["
                            + own
                            + calls.formatted(1, 1)
                            + ",{'role':'assistant','content':["
                            + "{'type':'thinking','thinking':'b','signature':'theirs'},"
                            + calls.formatted(2, 2);

            assertThat(thinking("'enabled'", loop)).as(own).isEqualTo("{\"type\":\"enabled\"} -");
        }
    }

    private static String thinking(String type, String rest) {
        byte[] body = Say.bytes("{'thinking':{'type':" + type + "}" + rest + "]}");
        byte[] removed = ForeignReasoning.removed(body, "theirs"::equals);
        JsonNode request = Json.read(removed, 0, removed.length);
        String managed =
                request.has("context_management")
                        ? Json.text(request.get("context_management"))
                        : "-";
        return Json.text(request.get("thinking")) + " " + managed;
    }

    @Test
    void what_is_not_as_the_api_wants_it_passes_to_be_refused_there() {
        for (String odd : new String[] {"{'signature':''", "{'signature':'','messages':7}"}) {
            byte[] body = Say.bytes(odd);
            assertThat(ForeignReasoning.removed(body)).isSameAs(body);
        }
    }
}
