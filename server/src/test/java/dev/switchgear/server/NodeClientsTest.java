package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.server.Matrix.Caller;
import dev.switchgear.server.Matrix.Feature;
import dev.switchgear.server.Matrix.Spoken;
import dev.switchgear.server.Matrix.Target;
import dev.switchgear.simulator.fault.FaultKind;
import dev.switchgear.simulator.fault.SimulatedFault;
import dev.switchgear.simulator.provider.ReceivedRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The official SDKs for Node beside the rows of the matrix: older ones, Vercel's with its providers,
/// and what clients do besides asking.
class NodeClientsTest {
    @TestFactory
    List<DynamicNode> anthropics_sdk_before_version_1_works_as_well() throws Exception {
        try (Matrix matrix = Matrix.open()) {
            return matrix.asked(
                    Caller.ANTHROPIC_BEFORE_1.script(),
                    "anthropic-before-1",
                    List.of(
                            Target.of(Caller.ANTHROPIC_BEFORE_1, Spoken.ANTHROPIC),
                            Target.of(Caller.ANTHROPIC_BEFORE_1, Spoken.OPENAI)));
        }
    }

    @TestFactory
    List<DynamicNode> vercels_sdk_understands_through_each_of_its_providers() throws Exception {
        try (Matrix matrix = Matrix.open()) {
            var targets = new ArrayList<Target>();
            for (Spoken provider : List.of(Spoken.OPENAI, Spoken.ANTHROPIC, Spoken.GEMINI)) {
                Target target = Target.of(Caller.VERCEL, provider);
                targets.add(target.speaking("openai responses"));
                targets.add(target.speaking("google"));
                // It cannot ask for thoughts to be shown: only Anthropic does so unasked.
                Target shy = provider == Spoken.ANTHROPIC ? target : target.withoutThoughts();
                targets.add(shy.speaking("anthropic"));
                // It has no place for refusals.
                targets.add(shy.speaking("openai-compatible").without(Feature.REFUSAL));
                targets.add(target.withoutThoughts().speaking("openai chat"));
            }
            return matrix.asked(Caller.VERCEL.script(), targets);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "chat-client.mjs,      models",
        "responses-client.mjs, ''",
        "messages-client.mjs,  models count",
        "gemini-client.mjs,    models count embeddings",
        "ai-client.mjs,        ''",
        "ollama-client.mjs,    models generate",
    })
    void clients_hang_up_and_look_around(String script, String more) throws Exception {
        try (House house = Manners.house("")) {
            house.provider("openai").fault(FaultKind.stallAfter(8));
            ObjectNode manners = JsonMapper.shared().createObjectNode();
            manners.putArray("cancel").add("openai/gpt-4o");
            if (!more.isEmpty()) {
                for (String manner : more.split(" ", -1)) {
                    manners.putArray(manner)
                            .add(
                                    manner.equals("embeddings")
                                            ? "gemini/gemini-embedding-001"
                                            : "gemini/gemini-2.5-flash");
                }
            }

            JsonNode did = Manners.did(Sdk.installed(), house, script, manners);

            assertThat(did.at("/cancel/0/chunks").asInt(0)).as("%s", did).isPositive();
            assertThat(
                            house.provider("openai")
                                    .await(ReceivedRequest::hungUp, Duration.ofSeconds(5)))
                    .as("the provider was hung up on when the client was gone")
                    .isPresent();
            for (String manner : manners.propertyNames()) {
                JsonNode one = did.get(manner).get(0);
                switch (manner) {
                    case "cancel" -> {}
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
                    default -> throw new AssertionError(manner);
                }
            }
        }
    }

    /// Two at once where one a second is allowed: the second is told when to come back.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "chat-client.mjs",
                "responses-client.mjs",
                "messages-client.mjs",
                "gemini-client.mjs",
                "ai-client.mjs"
            })
    void clients_that_are_over_their_limit_come_back_when_told(String script) throws Exception {
        try (House house = Manners.house("limits: { requests-per-second: 1 }")) {
            ObjectNode manners = JsonMapper.shared().createObjectNode();
            manners.putArray("retries").add("openai/gpt-4o").add("openai/gpt-4o");

            JsonNode did = Manners.did(Sdk.installed(), house, script, manners);

            assertThat(did.get("retries").toString()).isEqualTo("[\"at last\",\"at last\"]");
            assertThat(house.provider("openai").requestCount()).isEqualTo(2);
            assertThat(house.metrics())
                    .containsPattern("switchgear_requests_total.*status=\"429\"");
        }
    }

    /// The gateway says `x-should-retry: false` once it has tried all it may; Google's and Vercel's SDKs
    /// know no such word.
    @ParameterizedTest
    @CsvSource({
        "chat-client.mjs,      1",
        "responses-client.mjs, 1",
        "messages-client.mjs,  1",
        "gemini-client.mjs,    3",
        "ai-client.mjs,        3",
    })
    void clients_that_are_told_not_to_try_again_do_not(String script, int tries) throws Exception {
        try (House house = Manners.house("resilience: { retry: { attempts: 1 } }")) {
            house.provider("openai")
                    .faults(List.of(SimulatedFault.always(FaultKind.status(503)).times(2)));
            ObjectNode manners = JsonMapper.shared().createObjectNode();
            manners.putArray("retries").add("openai/gpt-4o");

            JsonNode did = Manners.did(Sdk.installed(), house, script, manners);

            assertThat(house.provider("openai").requestCount()).as("%s", did).isEqualTo(tries);
            assertThat(did.at("/retries/0").isString()).as("%s", did).isEqualTo(tries == 3);
        }
    }
}
