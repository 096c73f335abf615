package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The official SDKs for Python beside the rows of the matrix: what they do besides asking, and under
/// which bases they find the gateway.
class PythonClientsTest {
    @ParameterizedTest
    @CsvSource({
        "chat_client.py,     bases models completions embeddings",
        "messages_client.py, bases models count",
        "gemini_client.py,   bases models count embeddings",
        "ollama_client.py,   bases models generate embeddings",
    })
    void clients_look_around_under_every_base(String script, String wanted) throws Exception {
        try (House house = Manners.house("")) {
            ObjectNode manners = JsonMapper.shared().createObjectNode();
            for (String manner : wanted.split(" ", -1)) {
                manners.putArray(manner)
                        .add(
                                manner.equals("embeddings")
                                        ? "gemini/gemini-embedding-001"
                                        : "gemini/gemini-2.5-flash");
            }

            JsonNode did = Manners.did(Sdk.forPython(), house, script, manners);

            for (String manner : manners.propertyNames()) {
                JsonNode one = did.get(manner).get(0);
                switch (manner) {
                    case "bases" -> {
                        assertThat(one.has("error")).as("%s", did).isFalse();
                        assertThat(one.properties())
                                .hasSizeGreaterThanOrEqualTo(4)
                                .allMatch(said -> said.getValue().asString().equals("found"));
                    }
                    case "models" -> assertThat(one.toString()).contains("openai/gpt-4o");
                    case "count" -> assertThat(one.asInt(0)).as("%s", did).isPositive();
                    case "embeddings" -> {
                        assertThat(one.path("count").asInt(0)).as("%s", did).isEqualTo(2);
                        assertThat(one.path("numbers").asInt(0)).isEqualTo(3072);
                    }
                    case "generate" ->
                            assertThat(one.path("text").asString(""))
                                    .as("%s", did)
                                    .isEqualTo("made up");
                    case "completions" -> {
                        assertThat(one.path("text").asString("")).as("%s", did).contains("made up");
                        assertThat(one.path("streamed").asString("")).contains("made up");
                        assertThat(one.path("finish").asString("")).isEqualTo("stop");
                        assertThat(one.path("tokens").asInt(0)).isPositive();
                    }
                    default -> throw new AssertionError(manner);
                }
            }
        }
    }

    /// The second question within a second, where one is allowed, is told when to come back.
    @ParameterizedTest
    @ValueSource(strings = {"chat_client.py", "responses_client.py", "messages_client.py"})
    void clients_that_are_over_their_limit_come_back_when_told(String script) throws Exception {
        try (House house = Manners.house("limits: { requests-per-second: 1 }")) {
            ObjectNode manners = JsonMapper.shared().createObjectNode();
            manners.putArray("retries").add("openai/gpt-4o").add("openai/gpt-4o");

            JsonNode did = Manners.did(Sdk.forPython(), house, script, manners);

            assertThat(did.get("retries").toString()).isEqualTo("[\"at last\",\"at last\"]");
            assertThat(house.provider("openai").requestCount()).isEqualTo(2);
            assertThat(house.metrics())
                    .containsPattern("switchgear_requests_total.*status=\"429\"");
        }
    }

    /// The SDK's own WebSocket, to providers that speak Responses and to those that do not.
    @Test
    void a_conversation_goes_on_over_the_sdk_s_websocket() throws Exception {
        try (House house = Manners.house("")) {
            ObjectNode manners = JsonMapper.shared().createObjectNode();
            manners.putArray("connect").add("openai/gpt-4o").add("gemini/gemini-2.5-flash");

            JsonNode did = Manners.did(Sdk.forPython(), house, "responses_client.py", manners);

            for (JsonNode texts : did.get("connect")) {
                assertThat(texts.toString())
                        .isEqualTo("[\"one\",\"two\",\"three\",\"previous_response_not_found\"]");
            }
            assertThat(did.get("connect")).hasSize(2);
            assertThat(house.metrics())
                    .contains("path=\"/v1/responses\",status=\"101\"} 2.0")
                    .contains("path=\"/v1/responses\",status=\"200\"} 6.0");
        }
    }

    /// Each question is a process of its own, so each is asked as seldom as will do.
    @Test
    void llm_of_the_command_line_asks_and_streams() throws Exception {
        String foreign = "gemini/gemini-2.5-flash";
        try (House house = Manners.house("")) {
            ObjectNode manners = JsonMapper.shared().createObjectNode();
            manners.putArray("chat").add("openai/gpt-4o").add("no-such");
            manners.putArray("streamed").add("openai/gpt-4o").add(foreign);
            manners.putArray("responses").add(foreign);
            manners.putArray("completions").add("openai/gpt-4o");
            manners.putArray("tools").add(foreign);
            manners.putArray("structured").add(foreign);

            JsonNode did = Manners.did(Sdk.forPython(), house, "llm_client.py", manners);

            for (String place :
                    List.of(
                            "/chat/0",
                            "/streamed/0",
                            "/streamed/1",
                            "/responses/0",
                            "/completions/0")) {
                assertThat(did.at(place).path("text").asString(""))
                        .as("%s of %s", place, did)
                        .contains("made up");
            }
            assertThat(did.at("/streamed/0/errors").asString("")).contains("Token usage");
            assertThat(did.at("/tools/0/text").asString("")).as("%s", did).contains("31 degrees");
            JsonNode part = JsonMapper.shared().readTree(did.at("/structured/0/text").asString());
            assertThat(part.path("volts").isIntegralNumber()).as("%s", did).isTrue();
            assertThat(did.at("/chat/1/code").asInt(0)).isEqualTo(1);
            assertThat(did.at("/chat/1/errors").asString("")).contains("SG-1203");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"openai/gpt-4o", "gemini/gemini-2.5-flash"})
    void langchain_chats_calls_and_embeds(String model) throws Exception {
        try (House house = Manners.house("")) {
            ObjectNode manners = JsonMapper.shared().createObjectNode();
            for (String manner : List.of("text", "responses", "tools", "structured")) {
                manners.putArray(manner).add(model);
            }
            manners.putArray("embeddings").add("gemini/gemini-embedding-001");
            manners.withArray("text").add("no-such");

            JsonNode did = Manners.did(Sdk.forPython(), house, "langchain_client.py", manners);

            for (int streamed = 0; streamed < 2; streamed++) {
                for (String manner : List.of("text", "responses")) {
                    JsonNode one = did.path(manner).path(0).path(streamed);
                    assertThat(one.path("text").asString("")).as("%s", did).isEqualTo("made up");
                    assertThat(one.path("tokens").asInt(0)).as("%s", did).isPositive();
                }
                JsonNode called = did.path("tools").path(0).path(streamed);
                assertThat(called.path("calls").toString())
                        .as("%s", did)
                        .isEqualTo("[{\"city\":\"Pune\"},{\"city\":\"Goa\"}]");
                assertThat(called.at("/then/text").asString("")).contains("31 degrees and dry");
            }
            assertThat(did.at("/structured/0/volts").isIntegralNumber()).as("%s", did).isTrue();
            assertThat(did.at("/embeddings/0/count").asInt(0)).as("%s", did).isEqualTo(2);
            assertThat(did.at("/text/1/error/status").asInt(0)).as("%s", did).isEqualTo(404);
            assertThat(did.at("/text/1/error/message").asString("")).contains("SG-1203");
        }
    }
}
