package dev.switchgear.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.switchgear.simulator.fault.FaultKind;
import dev.switchgear.simulator.mind.OfferedModel;
import dev.switchgear.simulator.settings.Kind;
import dev.switchgear.simulator.settings.ProviderSettings;
import dev.switchgear.simulator.settings.SimulatorSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/// Sends the recorded requests to the simulator and compares what comes back with what the real API
/// answered: its status, how a stream ends, and that no field is invented.
class GeminiRecordingsTest {
    /// Fields whose content the user's own functions settle.
    private static final Set<String> FREE = Set.of("args");

    /// Fields of the reference's sections 3 and 7 that no recording happens to show.
    private static final String[] FROM_THE_REFERENCE = {
        ".promptFeedback",
        ".promptFeedback.blockReason",
        ".promptFeedback.safetyRatings",
        ".promptFeedback.safetyRatings[].blocked",
        ".promptFeedback.safetyRatings[].category",
        ".promptFeedback.safetyRatings[].probability",
    };

    private static final Path FOLDER =
            Path.of(System.getProperty("switchgear.root", "."))
                    .toAbsolutePath()
                    .resolve("../shared/reference/llm/recorded/gemini")
                    .normalize();

    @BeforeAll
    static void recordings() {
        assumeTrue(Files.isDirectory(FOLDER), "no recordings at " + FOLDER);
    }

    private static List<String> stems() throws Exception {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".meta.json"))
                    .filter(name -> !name.startsWith("openai-compat"))
                    .map(name -> name.substring(0, name.length() - ".meta.json".length()))
                    .sorted()
                    .toList();
        }
    }

    private static JsonNode json(String name) throws Exception {
        return SimulatorClient.JSON.readTree(Files.readString(FOLDER.resolve(name)));
    }

    private static List<JsonNode> stream(String stem) throws Exception {
        String stream = Files.readString(FOLDER.resolve(stem + ".response.sse"));
        String plain = stream.replace("\r\n", "\n").strip() + "\n\n";
        return Sse.read(plain, "\n").stream().map(Sse::data).toList();
    }

    private static Set<String> seen() throws Exception {
        var seen = new FieldPaths(FREE);
        for (String stem : stems()) {
            if (Files.exists(FOLDER.resolve(stem + ".response.sse"))) {
                stream(stem).forEach(seen::add);
            } else {
                JsonNode body = json(stem + ".response.json");
                // An unframed stream is an array of what a framed one sends one by one.
                (body.isArray() ? body : SimulatorClient.JSON.createArrayNode().add(body))
                        .forEach(seen::add);
            }
        }
        return seen.add(FROM_THE_REFERENCE).all();
    }

    @TestFactory
    List<DynamicTest> recorded_requests_get_the_recorded_status_and_no_invented_field()
            throws Exception {
        Set<String> seen = seen();
        List<DynamicTest> tests = new ArrayList<>();
        for (String stem : stems()) {
            tests.add(DynamicTest.dynamicTest(stem, () -> compare(stem, seen)));
        }
        assertThat(tests).hasSizeGreaterThan(25);
        return tests;
    }

    private static void compare(String stem, Set<String> seen) throws Exception {
        JsonNode meta = json(stem + ".meta.json");
        Path file = FOLDER.resolve(stem + ".request.json");
        String request = Files.exists(file) ? Files.readString(file) : "";
        String url = meta.path("url").asString();
        boolean signed = url.contains("gemini-3") && request.contains("thoughtSignature");
        int status = meta.path("status").asInt();
        assumeTrue(!signed, "thoughts that the real API signed");
        assumeTrue(!request.contains("cachedContent"), "a cache that is not simulated");
        assumeTrue(status != 429, "a limit reached by other requests");
        var settings =
                ProviderSettings.of("google", Kind.GEMINI)
                        .instant()
                        .withKeys(stem.contains("auth-error") ? List.of("another") : List.of());
        var offered = new ArrayList<>(settings.models());
        offered.add(OfferedModel.chat("*"));
        try (var simulator = Simulator.start(SimulatorSettings.of(settings.withModels(offered)));
                var client = new SimulatorClient(simulator)) {
            String path = "/google" + url.substring(url.indexOf("/v1beta"));
            String method = meta.path("method").asString();
            var response = client.send(method, path, request, "x-goog-api-key", "sim-key");

            assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
            assertThat(response.headers().map()).containsKey("server-timing");
            var ours = new FieldPaths(FREE);
            if (Files.exists(FOLDER.resolve(stem + ".response.sse"))) {
                List<JsonNode> events =
                        Sse.read(response.body(), "\r\n").stream().map(Sse::data).toList();
                events.forEach(ours::add);
                List<JsonNode> real = stream(stem);
                assertThat(events.getLast().at("/candidates/0").has("finishReason"))
                        .isEqualTo(real.getLast().at("/candidates/0").has("finishReason"));
            } else {
                JsonNode body = SimulatorClient.JSON.readTree(response.body());
                JsonNode real = json(stem + ".response.json");
                assertThat(body.isArray()).isEqualTo(real.isArray());
                (body.isArray() ? body : SimulatorClient.JSON.createArrayNode().add(body))
                        .forEach(ours::add);
            }
            assertThat(seen).containsAll(ours.all());
        }
    }

    @Test
    void thoughts_calls_blocks_and_limits_invent_no_field_either() throws Exception {
        Set<String> seen = seen();
        String tool =
                ",\"tools\":[{\"functionDeclarations\":[{\"name\":\"weather\",\"parameters\":{\"type\":"
                        + "\"OBJECT\",\"properties\":{\"city\":{\"type\":\"STRING\"}}}}]}]";
        String thoughts = ",\"generationConfig\":{\"thinkingConfig\":{\"includeThoughts\":true}}";
        var settings = ProviderSettings.of("google", Kind.GEMINI).instant();
        try (var simulator = Simulator.start(SimulatorSettings.of(settings));
                var client = new SimulatorClient(simulator)) {
            for (String model : List.of("gemini-2.5-flash", "gemini-3-flash-preview")) {
                for (String more : List.of("", tool, thoughts, tool + thoughts)) {
                    for (String prompt :
                            List.of("Weather in Oslo?", "[refuse]", "tides [filter]")) {
                        String body =
                                "{\"contents\":[{\"parts\":[{\"text\":\""
                                        + prompt
                                        + "\"}]}]"
                                        + more
                                        + "}";
                        String path = "/google/v1beta/models/" + model;
                        var ours = new FieldPaths(FREE);
                        ours.add(
                                SimulatorClient.JSON.readTree(
                                        client.send("POST", path + ":generateContent", body)
                                                .body()));
                        String stream =
                                client.send("POST", path + ":streamGenerateContent?alt=sse", body)
                                        .body();
                        Sse.read(stream, "\r\n").forEach(event -> ours.add(event.data()));
                        assertThat(seen).as(model + body).containsAll(ours.all());
                    }
                }
            }
            simulator.provider("google").fault(FaultKind.tooMany(java.time.Duration.ofSeconds(5)));
            var limited =
                    client.send(
                            "POST",
                            "/google/v1beta/models/gemini-2.5-flash:generateContent",
                            "{\"contents\":[{\"parts\":[{\"text\":\"a\"}]}]}");
            assertThat(seen)
                    .containsAll(
                            new FieldPaths(FREE)
                                    .add(SimulatorClient.JSON.readTree(limited.body()))
                                    .all());
        }
    }
}
