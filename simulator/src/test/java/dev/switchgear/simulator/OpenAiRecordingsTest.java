package dev.switchgear.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.switchgear.simulator.settings.ProviderSettings;
import dev.switchgear.simulator.settings.SimulatorSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/// Sends the recorded requests to the simulator and compares the shape of what comes back with what
/// the real API answered.
class OpenAiRecordingsTest {
    /// Fields the reference calls optional, or that depend on what the model chose to say.
    private static final Set<String> BY_CHOICE =
            Set.of("tool_calls", "annotations", "obfuscation", "logprobs", "service_tier");

    @TestFactory
    List<DynamicTest> the_simulator_answers_recorded_requests_in_the_recorded_shape()
            throws Exception {
        Path folder =
                Path.of(System.getProperty("switchgear.root", "."))
                        .toAbsolutePath()
                        .resolve("../shared/reference/llm/recorded/openai")
                        .normalize();
        assumeTrue(Files.isDirectory(folder), "no recordings at " + folder);
        List<DynamicTest> tests = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path meta : files.sorted().toList()) {
                String name = meta.getFileName().toString();
                boolean mine = name.startsWith("chat.") || name.startsWith("embeddings.");
                if (mine && name.endsWith(".meta.json")) {
                    String stem = name.substring(0, name.length() - ".meta.json".length());
                    tests.add(DynamicTest.dynamicTest(stem, () -> compare(folder, stem)));
                }
            }
        }
        assertThat(tests).isNotEmpty();
        return tests;
    }

    private static void compare(Path folder, String stem) throws Exception {
        JsonNode meta =
                SimulatorClient.JSON.readTree(
                        Files.readString(folder.resolve(stem + ".meta.json")));
        String request = Files.readString(folder.resolve(stem + ".request.json"));
        String model = SimulatorClient.JSON.readTree(request).path("model").asString();
        boolean unknownThere = meta.path("status").asInt() == 404;
        assumeTrue(!model.equals("o1-mini"), "a retired model with rules of its own");
        var offered = new ArrayList<>(ProviderSettings.openAi("alpha").models());
        if (!unknownThere && offered.stream().noneMatch(m -> m.id().equals(model))) {
            offered.add(dev.switchgear.simulator.mind.OfferedModel.chat(model));
        }
        var settings = ProviderSettings.openAi("alpha").instant().withModels(offered);
        try (var simulator = Simulator.start(SimulatorSettings.of(settings));
                var client = new SimulatorClient(simulator)) {
            String path = stem.startsWith("chat.") ? "chat/completions" : "embeddings";
            var response = client.send("POST", "/alpha/v1/" + path, request);

            assertThat(response.statusCode()).isEqualTo(meta.path("status").asInt());
            meta.path("response_headers").propertyNames().stream()
                    .filter(header -> header.startsWith("openai-") || header.startsWith("x-r"))
                    .forEach(header -> assertThat(response.headers().map()).containsKey(header));
            boolean streamed = Files.exists(folder.resolve(stem + ".response.sse"));
            if (streamed) {
                compareStreams(
                        SimulatorClient.events(
                                Files.readString(folder.resolve(stem + ".response.sse")) + ""),
                        SimulatorClient.events(response.body()));
            } else {
                JsonNode real =
                        SimulatorClient.JSON.readTree(
                                Files.readString(folder.resolve(stem + ".response.json")));
                assertThat(keys(SimulatorClient.JSON.readTree(response.body())))
                        .containsAll(keys(real));
            }
        }
    }

    /// The opening, the finishing, and the usage chunk have the fields that the real ones had.
    private static void compareStreams(List<String> real, List<String> ours) {
        assertThat(ours.getLast()).isEqualTo(real.getLast()).isEqualTo("[DONE]");
        assertThat(keys(chunk(ours, 0))).containsAll(keys(chunk(real, 0)));
        for (int fromEnd = 2; fromEnd <= 3; fromEnd++) {
            JsonNode theirs = chunk(real, real.size() - fromEnd);
            assertThat(keys(chunk(ours, ours.size() - fromEnd))).containsAll(keys(theirs));
        }
    }

    private static JsonNode chunk(List<String> events, int index) {
        return SimulatorClient.JSON.readTree(events.get(index));
    }

    private static Set<String> keys(JsonNode node) {
        Set<String> keys = new TreeSet<>();
        collect(node, "", keys);
        return keys;
    }

    private static void collect(JsonNode node, String at, Set<String> keys) {
        if (node.isArray() && !node.isEmpty()) {
            collect(node.get(0), at + "[]", keys);
        }
        for (var field : node.properties()) {
            if (!BY_CHOICE.contains(field.getKey())) {
                keys.add(at + "." + field.getKey());
                collect(field.getValue(), at + "." + field.getKey(), keys);
            }
        }
    }
}
