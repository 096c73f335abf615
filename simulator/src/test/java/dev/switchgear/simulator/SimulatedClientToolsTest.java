package dev.switchgear.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.simulator.settings.Kind;
import dev.switchgear.simulator.settings.ProviderSettings;
import dev.switchgear.simulator.settings.SimulatorSettings;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The tools of the Responses API that its client runs, and the items that agents send beside them.
class SimulatedClientToolsTest {
    private final Simulator simulator =
            Simulator.start(
                    SimulatorSettings.of(
                            ProviderSettings.openAi("alpha").instant(),
                            ProviderSettings.openAi("beta").instant(),
                            ProviderSettings.of("grok", Kind.XAI).instant(),
                            ProviderSettings.of("router", Kind.OPENROUTER).instant(),
                            ProviderSettings.of("home", Kind.OLLAMA).instant()));
    private final SimulatorClient client = new SimulatorClient(simulator);

    @AfterEach
    void stop() {
        client.close();
        simulator.close();
    }

    private JsonNode respond(String root, ObjectNode body) throws Exception {
        return SimulatorClient.JSON.readTree(
                client.send("POST", root + "/responses", body.toString()).body());
    }

    private static ObjectNode asking(String model) {
        ObjectNode body = SimulatorClient.JSON.createObjectNode().put("model", model);
        body.putArray("input");
        return body;
    }

    private static void add(ObjectNode body, String list, String json) {
        body.withArray(list).add(SimulatorClient.JSON.readTree(json.replace('\'', '"')));
    }

    private static void say(ObjectNode body, String text) {
        ObjectNode message = SimulatorClient.JSON.createObjectNode();
        message.put("role", "user").put("content", text);
        ((ArrayNode) body.get("input")).add(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'type':'function','name':'f','parameters':{'type':'object','properties':{'a':{'type':'string'}}}} | f {'a':'1'} | function_call | /arguments | {'a':'1'} | {'type':'function_call_output','output':'done'}",
                "{'type':'custom','name':'exec'} | exec print(1) | custom_tool_call | /input | print(1) | {'type':'custom_tool_call_output','output':'done'}",
                "{'type':'namespace','name':'ns','description':'','tools':[{'type':'custom','name':'exec'}]} | exec print(1) | custom_tool_call | /namespace | ns | {'type':'custom_tool_call_output','output':'done'}",
                "{'type':'namespace','name':'ns','description':'','tools':[{'type':'function','name':'f','parameters':{'type':'object'}}]} | f {} | function_call | /namespace | ns | {'type':'function_call_output','output':'done'}",
                "{'type':'local_shell'} | local_shell {'command':['ls']} | local_shell_call | /action/command/0 | ls | {'type':'local_shell_call_output','output':'done'}",
                "{'type':'shell'} | shell {'commands':['ls']} | shell_call | /action/commands/0 | ls | {'type':'shell_call_output','output':[{'stdout':'done','stderr':'','outcome':{'type':'exit','exit_code':0}}]}",
                "{'type':'apply_patch'} | apply_patch {'type':'delete_file','path':'a'} | apply_patch_call | /operation/path | a | {'type':'apply_patch_call_output','status':'completed','output':'done'}",
                "{'type':'tool_search','execution':'client','parameters':{'type':'object'}} | tool_search {'q':'x'} | tool_search_call | /arguments/q | x | {'type':'tool_search_output','execution':'client','tools':[]}",
            })
    void every_kind_is_called_in_its_own_item_and_takes_its_own_output(
            String tool, String order, String type, String at, String expected, String output)
            throws Exception {
        for (boolean amid : List.of(false, true)) {
            ObjectNode body = asking("gpt-4o");
            if (amid) {
                add(
                        body,
                        "input",
                        "{'type':'additional_tools','role':'developer','tools':[" + tool + "]}");
            } else {
                add(body, "tools", tool);
            }
            say(body, "Go [call " + order.replace('\'', '"') + "] then say \"all done\"");

            JsonNode call = respond("/alpha/v1", body).at("/output/0");

            assertThat(call.path("type").asString("")).as(call.toString()).isEqualTo(type);
            assertThat(call.at(at).asString(call.at(at).toString()))
                    .isEqualTo(expected.replace('\'', '"'));
            assertThat(call.path("call_id").asString("")).isNotEmpty();

            // A call without its output is refused, one with it is answered, and as a stream too.
            body.withArray("input").add(call);
            assertThat(respond("/alpha/v1", body).at("/error/message").asString(""))
                    .startsWith("No tool output found");
            ObjectNode said = (ObjectNode) SimulatorClient.JSON.readTree(output.replace('\'', '"'));
            said.put("call_id", call.path("call_id").asString(""));
            body.withArray("input").add(said);
            assertThat(respond("/alpha/v1", body).at("/output/0/content/0/text").asString(""))
                    .isEqualTo("all done");
        }
    }

    @Test
    void streams_of_every_kind_keep_the_order_of_events() throws Exception {
        ObjectNode body = asking("gpt-5-nano").put("stream", true);
        for (String type : List.of("local_shell", "shell", "apply_patch")) {
            add(body, "tools", "{'type':'" + type + "'}");
        }
        add(body, "tools", "{'type':'custom','name':'exec'}");
        say(
                body,
                "[call local_shell {\"command\":[]}] [call shell {\"commands\":[]}]"
                        + " [call apply_patch {\"type\":\"delete_file\",\"path\":\"a\"}]"
                        + " [call exec some text]");

        String text = client.send("POST", "/alpha/v1/responses", body.toString()).body();

        List<JsonNode> events = EventLines.of(text).stream().map(EventLines::json).toList();
        assertThat(ResponsesGrammar.faults(events)).isEmpty();
        JsonNode whole = events.getLast().path("response").path("output");
        assertThat(whole.size()).isEqualTo(5);
        assertThat(whole.at("/4/input").asString("")).isEqualTo("some text");
    }

    @Test
    void several_outputs_of_one_call_are_taken() throws Exception {
        ObjectNode body = asking("gpt-4o");
        add(body, "tools", "{'type':'custom','name':'exec'}");
        add(body, "input", "{'type':'custom_tool_call','call_id':'c1','name':'exec','input':'x'}");
        for (String piece : List.of("one", "two")) {
            add(
                    body,
                    "input",
                    "{'type':'custom_tool_call_output','call_id':'c1','output':'" + piece + "'}");
        }

        assertThat(respond("/alpha/v1", body).path("status").asString("")).isEqualTo("completed");
    }

    @Test
    void a_compaction_holds_what_was_said_and_lives_with_its_maker_alone() throws Exception {
        ObjectNode body = asking("gpt-4o");
        say(body, "the word is heliotrope");
        add(body, "input", "{'type':'compaction_trigger'}");

        JsonNode whole = respond("/alpha/v1", body);
        String text =
                client.send("POST", "/alpha/v1/responses", body.put("stream", true).toString())
                        .body();
        List<JsonNode> events = EventLines.of(text).stream().map(EventLines::json).toList();

        assertThat(whole.path("output").size()).isEqualTo(1);
        JsonNode item = whole.at("/output/0");
        assertThat(item.path("type").asString("")).isEqualTo("compaction");
        assertThat(ResponsesGrammar.faults(events)).isEmpty();

        ObjectNode next = asking("gpt-4o");
        next.withArray("input").add(item);
        say(next, "Say \"on we go\"");
        assertThat(respond("/alpha/v1", next).at("/output/0/content/0/text").asString(""))
                .isEqualTo("on we go");
        assertThat(respond("/alpha/v1", next).at("/usage/input_tokens").asInt(0))
                .isGreaterThan(
                        respond("/alpha/v1", dropFirst(next)).at("/usage/input_tokens").asInt(0));
        assertThat(respond("/beta/v1", next).toString()).contains("invalid_encrypted_content");
    }

    private static ObjectNode dropFirst(ObjectNode body) {
        ObjectNode copy = body.deepCopy();
        copy.withArray("input").remove(0);
        return copy;
    }

    @ParameterizedTest
    @CsvSource({
        "/grok/v1, grok-4, unknown variant `namespace`",
        "/router/api/v1, openai/gpt-4o-mini, No endpoints found",
        "/home/v1, llama3, Unsupported tool type: namespace",
    })
    void who_does_not_know_a_kind_refuses_it(String root, String model, String words)
            throws Exception {
        ObjectNode body = asking(model);
        add(
                body,
                "tools",
                "{'type':'namespace','name':'n','description':'','tools':[{'type':'function','name':'f'}]}");
        say(body, "hi");

        assertThat(respond(root, body).toString()).contains(words);
    }
}
