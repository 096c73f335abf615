package dev.switchgear.dialects.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.chat.Signature;
import org.junit.jupiter.api.Test;

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
    void what_is_not_as_the_api_wants_it_passes_to_be_refused_there() {
        for (String odd : new String[] {"{'signature':''", "{'signature':'','messages':7}"}) {
            byte[] body = Say.bytes(odd);
            assertThat(ForeignReasoning.removed(body)).isSameAs(body);
        }
    }
}
