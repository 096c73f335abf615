package dev.switchgear.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
/// answered: its status, its kinds of events, and that no field is invented.
class AnthropicRecordingsTest {
    /// Fields whose content the user's own tools and schemas settle.
    private static final Set<String> FREE = Set.of("input");

    /// Fields of the reference's section 3 that no recording happens to show.
    private static final String[] FROM_THE_REFERENCE = {
        "<message>.stop_details<refusal>.type",
        "<message>.stop_details<refusal>.category",
        "<message>.stop_details<refusal>.explanation",
        "<message_delta>.delta.stop_details<refusal>.type",
        "<message_delta>.delta.stop_details<refusal>.category",
        "<message_delta>.delta.stop_details<refusal>.explanation",
    };

    private static final Path FOLDER =
            Path.of(System.getProperty("switchgear.root", "."))
                    .toAbsolutePath()
                    .resolve("../shared/reference/llm/recorded/anthropic")
                    .normalize();

    @BeforeAll
    static void recordings() {
        assumeTrue(Files.isDirectory(FOLDER), "no recordings at " + FOLDER);
    }

    private static List<String> stems() throws Exception {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".meta.json"))
                    .map(name -> name.substring(0, name.length() - ".meta.json".length()))
                    .sorted()
                    .toList();
        }
    }

    private static JsonNode json(String name) throws Exception {
        return SimulatorClient.JSON.readTree(Files.readString(FOLDER.resolve(name)));
    }

    private static List<Sse> stream(String stem) throws Exception {
        String stream = Files.readString(FOLDER.resolve(stem + ".response.sse"));
        return Sse.read(stream.strip() + "\n\n", "\n");
    }

    /// All fields that the real API was seen to send.
    private static Set<String> seen() throws Exception {
        var seen = new FieldPaths(FREE);
        for (String stem : stems()) {
            if (Files.exists(FOLDER.resolve(stem + ".response.sse"))) {
                stream(stem).forEach(event -> seen.add(event.data()));
            } else {
                seen.add(json(stem + ".response.json"));
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
        assertThat(tests).hasSizeGreaterThan(30);
        return tests;
    }

    private static void compare(String stem, Set<String> seen) throws Exception {
        JsonNode meta = json(stem + ".meta.json");
        String request = Files.readString(FOLDER.resolve(stem + ".request.json"));
        assumeTrue(
                !request.contains("\"signature\"") && !request.contains("redacted_thinking"),
                "thoughts that the real API signed");
        assumeTrue(!stem.contains("context-length-exceeded"), "a prompt cut short when recorded");
        int status = meta.path("status").asInt();
        var settings =
                ProviderSettings.of("claude", Kind.ANTHROPIC)
                        .instant()
                        .withKeys(status == 401 ? List.of("another") : List.of());
        var offered = new ArrayList<>(settings.models());
        offered.add(OfferedModel.chat("*"));
        try (var simulator = Simulator.start(SimulatorSettings.of(settings.withModels(offered)));
                var client = new SimulatorClient(simulator)) {
            String path = stem.startsWith("count.") ? "/count_tokens" : "";
            var response =
                    client.send(
                            "POST",
                            "/claude/v1/messages" + path,
                            request,
                            "anthropic-version",
                            "2023-06-01",
                            "x-api-key",
                            "sim-key",
                            "anthropic-beta",
                            "files-api-2025-04-14");

            assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
            for (String header : meta.path("response_headers").propertyNames()) {
                if (header.startsWith("anthropic-ratelimit") || header.equals("x-should-retry")) {
                    assertThat(response.headers().map()).containsKey(header);
                }
            }
            var ours = new FieldPaths(FREE);
            if (Files.exists(FOLDER.resolve(stem + ".response.sse"))) {
                List<Sse> events = Sse.read(response.body(), "\n");
                events.forEach(event -> ours.add(event.data()));
                List<Sse> real = stream(stem);
                assertThat(events.getFirst().name()).isEqualTo(real.getFirst().name());
                assertThat(events.getLast().name()).isEqualTo(real.getLast().name());
                assertThat(events.get(events.size() - 2).name())
                        .isEqualTo(real.get(real.size() - 2).name());
            } else {
                ours.add(SimulatorClient.JSON.readTree(response.body()));
            }
            assertThat(seen).containsAll(ours.all());
        }
    }

    @Test
    void thoughts_calls_refusals_and_errors_invent_no_field_either() throws Exception {
        Set<String> seen = seen();
        String tool =
                ",\"tools\":[{\"name\":\"weather\",\"input_schema\":{\"type\":\"object\","
                        + "\"properties\":{\"city\":{\"type\":\"string\"}}}}]";
        String thinking = ",\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":1024}";
        var settings = ProviderSettings.of("claude", Kind.ANTHROPIC).instant();
        try (var simulator = Simulator.start(SimulatorSettings.of(settings));
                var client = new SimulatorClient(simulator)) {
            for (String more : List.of("", tool, thinking, tool + thinking)) {
                for (String prompt : List.of("Weather in Oslo?", "[refuse]", "tides [filter]")) {
                    for (String streamed : List.of("", ",\"stream\":true")) {
                        String body =
                                "{\"model\":\"claude-haiku-4-5\",\"max_tokens\":4096,\"messages\":[{"
                                        + "\"role\":\"user\",\"content\":\""
                                        + prompt
                                        + "\"}]"
                                        + more
                                        + streamed
                                        + "}";
                        String answer =
                                client.send(
                                                "POST",
                                                "/claude/v1/messages",
                                                body,
                                                "anthropic-version",
                                                "2023-06-01")
                                        .body();
                        var ours = new FieldPaths(FREE);
                        if (streamed.isEmpty()) {
                            ours.add(SimulatorClient.JSON.readTree(answer));
                        } else {
                            Sse.read(answer, "\n").forEach(event -> ours.add(event.data()));
                        }
                        assertThat(seen).as(body).containsAll(ours.all());
                    }
                }
            }
        }
    }
}
