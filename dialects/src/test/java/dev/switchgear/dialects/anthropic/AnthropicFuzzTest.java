package dev.switchgear.dialects.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.dialect.MalformedAnswer;
import dev.switchgear.families.llm.dialect.NotTranslatable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Bodies that nobody should send: each is read or refused, and nothing else happens.
final class AnthropicFuzzTest {
    private static final String BODY =
            "{'model':'m','max_tokens':100,'system':[{'type':'text','text':'s',"
                    + "'cache_control':{'type':'ephemeral','ttl':'1h'}}],'temperature':0.5,"
                    + "'stop_sequences':['END'],'metadata':{'user_id':'u'},'stream':true,"
                    + "'tools':[{'name':'t','input_schema':{'type':'object'},'strict':true},"
                    + "{'type':'web_search_20250305','name':'w'}],"
                    + "'tool_choice':{'type':'auto','disable_parallel_tool_use':false},"
                    + "'thinking':{'type':'enabled','budget_tokens':2000,'display':'omitted'},"
                    + "'output_config':{'effort':'low','format':{'type':'json_schema',"
                    + "'schema':{'type':'object'}}},"
                    + "'messages':[{'role':'user','content':[{'type':'text','text':'hi'},"
                    + "{'type':'image','source':{'type':'base64','media_type':'image/png',"
                    + "'data':'iVBORw0KGgo='}},{'type':'document','source':{'type':'url',"
                    + "'url':'https://a.example'},'title':'t'}]},{'role':'assistant','content':["
                    + "{'type':'thinking','thinking':'hm','signature':'s'},"
                    + "{'type':'tool_use','id':'a','name':'t','input':{'n':1}}]},"
                    + "{'role':'user','content':[{'type':'tool_result','tool_use_id':'a',"
                    + "'content':[{'type':'text','text':'x'}],'is_error':true},"
                    + "{'type':'text','text':'so?'}]},{'role':'assistant','content':'ok'}]}";
    private static final List<String> ODD =
            List.of(
                    "null",
                    "true",
                    "-1",
                    "1e999",
                    "0.1",
                    "''",
                    "'x'",
                    "[]",
                    "{}",
                    "[[]]",
                    "[null]",
                    "{'type':'text'}",
                    "{'type':7}",
                    "99999999999999999999");

    private final AnthropicClientDialect client = new AnthropicClientDialect();
    private final AnthropicProviderDialect provider = new AnthropicProviderDialect();
    private final Random random = new Random(3);

    @Test
    void wrongly_typed_bodies_are_read_or_refused() throws Exception {
        int read = 0;
        int worded = 0;
        for (int i = 0; i < 3_000; i++) {
            JsonNode body = Say.json(BODY);
            for (int n = 1 + random.nextInt(2); n > 0; n--) {
                mutate(body);
            }
            try {
                ChatRequest asked = client.chat(Json.bytes(body), "m", false);
                read++;
                provider.chat(asked, Say.UNKNOWN);
                worded++;
            } catch (InvalidBody | NotTranslatable refused) {
                assertThat(refused.getMessage()).isNotEmpty();
            }
        }
        assertThat(read).isBetween(300, 2_700);
        assertThat(worded).isBetween(100, read - 1);
    }

    @Test
    void broken_bodies_are_refused() throws Exception {
        byte[] whole = Say.bytes(BODY);
        for (int i = 0; i < 2_000; i++) {
            byte[] body = whole.clone();
            if (random.nextBoolean()) {
                body = Arrays.copyOf(body, random.nextInt(body.length));
            } else {
                body[random.nextInt(body.length)] = (byte) random.nextInt(256);
            }
            try {
                client.chat(body, "m", true);
            } catch (InvalidBody refused) {
                assertThat(refused.message()).isNotEmpty();
            }
        }
        byte[] deep =
                "{\"max_tokens\":1,\"messages\":"
                        .concat("[".repeat(100_000))
                        .getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> client.chat(deep, "m", false)).isInstanceOf(InvalidBody.class);
    }

    @Test
    void broken_answers_are_read_or_malformed() {
        byte[] event =
                Say.bytes(
                        "{'type':'message_start','message':{'id':'m','model':'c','content':[],"
                                + "'usage':{'input_tokens':1,'cache_creation':{},"
                                + "'output_tokens':2}}}");
        byte[] plain =
                Say.bytes(
                        "{'type':'message','id':'m','content':[{'type':'text','text':'x'},"
                                + "{'type':'tool_use','id':'a','name':'t','input':{'n':1}}],"
                                + "'stop_reason':'tool_use','usage':{'input_tokens':1,"
                                + "'cache_creation':{'ephemeral_1h_input_tokens':2}}}");
        int malformed = 0;
        for (int i = 0; i < 4_000; i++) {
            byte[] body = (i % 2 == 0 ? event : plain).clone();
            body[random.nextInt(body.length)] = (byte) " {}[]\"x-9:,\\".charAt(random.nextInt(12));
            try {
                var reader = new AnthropicAnswerReader("c");
                if (i % 2 == 0) {
                    reader.event(body, 0, body.length, _ -> {});
                } else {
                    reader.whole(body, _ -> {});
                }
            } catch (MalformedAnswer expected) {
                malformed++;
            }
        }
        assertThat(malformed).isBetween(400, 3_900);
    }

    /// Puts something odd at, or takes away, one value anywhere.
    private void mutate(JsonNode body) {
        var places = new ArrayList<Runnable>();
        collect(body, places);
        places.get(random.nextInt(places.size())).run();
    }

    private void collect(JsonNode node, List<Runnable> places) {
        if (node instanceof ObjectNode object) {
            for (var field : List.copyOf(object.properties())) {
                places.add(() -> object.set(field.getKey(), odd()));
                places.add(() -> object.remove(field.getKey()));
                collect(field.getValue(), places);
            }
        } else if (node instanceof ArrayNode list) {
            for (int i = 0; i < list.size(); i++) {
                int at = i;
                places.add(() -> list.set(at, odd()));
                places.add(() -> list.remove(at));
                collect(list.get(i), places);
            }
        }
    }

    private JsonNode odd() {
        return Say.json(ODD.get(random.nextInt(ODD.size())));
    }
}
