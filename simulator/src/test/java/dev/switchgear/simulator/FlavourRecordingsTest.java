package dev.switchgear.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.switchgear.simulator.mind.OfferedModel;
import dev.switchgear.simulator.settings.Kind;
import dev.switchgear.simulator.settings.ProviderSettings;
import dev.switchgear.simulator.settings.SimulatorSettings;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Sends the recorded requests to the simulator, and holds what comes back against what the real API
/// answered: the status, the fields of each kind of event, item and part, and the order of events.
class FlavourRecordingsTest {
    /// Fields that depend on features no simulated model has, or that not every recording shows.
    private static final Set<String> BY_CHOICE =
            Set.of(
                    "annotations",
                    "logprobs",
                    "obfuscation",
                    "phase",
                    "tool_usage",
                    "tools",
                    "benchmarks",
                    "overrides",
                    "input_cache_read",
                    "web_search",
                    "reasoning_details",
                    "citations",
                    "citation_tokens",
                    "search_results",
                    "num_search_queries",
                    "format",
                    "server_side_tool_usage_details",
                    "server_tool_use_details",
                    "service_tier",
                    "prompt_cache_options",
                    "audio_tokens",
                    "images",
                    "generate_summary",
                    "context",
                    "mode",
                    // Stands in the first delta, whatever that holds.
                    "role",
                    "safety_identifier");

    /// Kinds of items that only hosted tools bring.
    private static final Set<String> HOSTED =
            Set.of("web_search_call", "code_interpreter_call", "custom_tool_call");

    @TestFactory
    List<DynamicTest> the_simulator_answers_recorded_requests_in_the_recorded_shape()
            throws Exception {
        List<DynamicTest> tests = new ArrayList<>();
        for (Kind kind :
                List.of(Kind.OPENAI, Kind.XAI, Kind.DEEPSEEK, Kind.OPENROUTER, Kind.OLLAMA)) {
            Path folder = folder(kind);
            assumeTrue(Files.isDirectory(folder), "no recordings at " + folder);
            try (Stream<Path> files = Files.list(folder)) {
                for (Path meta : files.sorted().toList()) {
                    String name = meta.getFileName().toString();
                    // OpenAI's chat has a test of its own.
                    boolean wanted = kind != Kind.OPENAI || !name.matches("(chat|embed).*");
                    if (wanted && name.endsWith(".meta.json")) {
                        String stem = name.substring(0, name.length() - ".meta.json".length());
                        tests.add(
                                DynamicTest.dynamicTest(
                                        kind.word() + " " + stem, () -> compare(kind, stem)));
                    }
                }
            }
        }
        assertThat(tests).hasSizeGreaterThan(80);
        return tests;
    }

    private static Path folder(Kind kind) {
        return Path.of(System.getProperty("switchgear.root", "."))
                .toAbsolutePath()
                .resolve("../shared/reference/llm/recorded/" + kind.word())
                .normalize();
    }

    private static void compare(Kind kind, String stem) throws Exception {
        Path folder = folder(kind);
        JsonNode meta =
                SimulatorClient.JSON.readTree(
                        Files.readString(folder.resolve(stem + ".meta.json")));
        Path given = folder.resolve(stem + ".request.json");
        JsonNode request =
                Files.exists(given)
                        ? prepared(SimulatorClient.JSON.readTree(Files.readString(given)))
                        : SimulatorClient.JSON.createObjectNode();
        String path = URI.create(meta.path("url").asString()).getPath();
        boolean refused = meta.path("status").asInt() >= 400;
        assumeTrue(!stem.contains("context-length-exceeded"), "a model of another size");
        assumeTrue(!stem.contains("errors-raised"), "a failure no request brings about");
        assumeTrue(!stem.contains("stream-error"), "a failure no request brings about");
        Path real =
                Stream.of("json", "sse", "ndjson")
                        .map(end -> folder.resolve(stem + ".response." + end))
                        .filter(Files::exists)
                        .findFirst()
                        .orElseThrow();
        String theirs = Files.readString(real);
        var settings = ProviderSettings.of("alpha", kind).instant();
        settings =
                settings.withModels(
                        models(settings.models(), request.path("model").asString(), theirs));
        for (JsonNode other : request.path("models")) {
            settings = settings.withModels(models(settings.models(), other.asString(), theirs));
        }
        settings = refused ? settings.withKeys(List.of("the-right-key")) : settings;
        try (var simulator = Simulator.start(SimulatorSettings.of(settings));
                var client = new SimulatorClient(simulator)) {
            boolean anonymous = kind == Kind.OPENROUTER;
            var response =
                    client.send(
                            meta.path("method").asString(),
                            "/alpha" + path,
                            Files.exists(given) ? request.toString() : "",
                            anonymous ? "x-none" : "authorization",
                            "Bearer a-wrong-key");

            assertThat(response.statusCode())
                    .as(response.body())
                    .isEqualTo(meta.path("status").asInt());
            if (real.toString().endsWith(".sse")) {
                compareStreams(stem, theirs, response.body());
            } else if (real.toString().endsWith(".ndjson")) {
                compareKeys(
                        fields(theirs.lines().map(SimulatorClient.JSON::readTree).toList()),
                        fields(
                                response.body()
                                        .lines()
                                        .map(SimulatorClient.JSON::readTree)
                                        .toList()));
            } else {
                compareKeys(
                        fields(List.of(SimulatorClient.JSON.readTree(theirs))),
                        fields(List.of(SimulatorClient.JSON.readTree(response.body()))));
            }
        }
    }

    /// The request without thoughts that another provider sealed, and without references to what
    /// only the real one keeps.
    private static JsonNode prepared(JsonNode request) {
        ObjectNode body = (ObjectNode) request;
        body.remove("previous_response_id");
        if (body.path("input") instanceof ArrayNode input) {
            for (int i = input.size() - 1; i >= 0; i--) {
                if (input.get(i).hasNonNull("encrypted_content")) {
                    input.remove(i);
                }
            }
        }
        for (JsonNode message : body.path("messages")) {
            ((ObjectNode) message).remove("reasoning_details");
        }
        return body;
    }

    private static List<OfferedModel> models(
            List<OfferedModel> offered, String asked, String answer) {
        boolean thinks =
                answer.contains("\"type\":\"reasoning\"")
                        || answer.contains("\"type\": \"reasoning\"");
        List<OfferedModel> models = new ArrayList<>(offered);
        boolean known = models.stream().anyMatch(model -> model.id().equals(asked));
        if (!asked.isEmpty() && !known) {
            OfferedModel plain = OfferedModel.chat(asked);
            models.add(
                    new OfferedModel(
                            asked,
                            asked,
                            plain.created(),
                            thinks ? OfferedModel.Purpose.REASONING : OfferedModel.Purpose.CHAT,
                            1_000_000,
                            100_000,
                            0));
        }
        return models;
    }

    private static void compareStreams(String stem, String theirs, String ours) {
        List<EventLines> real = EventLines.of(theirs.strip() + "\n\n");
        List<EventLines> made = EventLines.of(ours);
        boolean done = real.getLast().data().equals("[DONE]");
        assertThat(made.getLast().data().equals("[DONE]")).as("[DONE]").isEqualTo(done);
        assertThat(made.getFirst().event().isEmpty())
                .as("event names")
                .isEqualTo(real.getFirst().event().isEmpty());
        assertThat(ours.contains(":")).isTrue();
        List<JsonNode> realEvents = json(real);
        List<JsonNode> madeEvents = json(made);
        if (stem.startsWith("responses.")) {
            assertThat(ResponsesGrammar.faults(realEvents)).as("the real stream").isEmpty();
            assertThat(ResponsesGrammar.faults(madeEvents)).as("our stream").isEmpty();
        }
        compareKeys(fields(realEvents), fields(madeEvents));
    }

    private static List<JsonNode> json(List<EventLines> events) {
        return events.stream()
                .filter(event -> !event.data().equals("[DONE]"))
                .map(EventLines::json)
                .toList();
    }

    /// Each kind of thing that both sides say has all the fields that the real one had.
    private static void compareKeys(Map<String, Set<String>> real, Map<String, Set<String>> ours) {
        real.forEach((place, fields) -> {
            if (ours.containsKey(place)) {
                assertThat(ours.get(place)).as("fields of " + place).containsAll(fields);
            }
        });
        assertThat(ours.keySet()).as("something to compare").containsAnyElementsOf(real.keySet());
    }

    /// The names of fields by where they stand; elements of a list are told apart by their type.
    private static Map<String, Set<String>> fields(List<JsonNode> nodes) {
        Map<String, Set<String>> fields = new TreeMap<>();
        nodes.forEach(node -> collect(node, kindOf(node), fields));
        return fields;
    }

    private static void collect(JsonNode node, String at, Map<String, Set<String>> fields) {
        if (HOSTED.contains(node.path("type").asString(""))) {
            return;
        }
        for (JsonNode element : node.isArray() ? node : SimulatorClient.JSON.createArrayNode()) {
            collect(element, at + "[" + kindOf(element) + "]", fields);
        }
        for (var field : node.properties()) {
            JsonNode value = field.getValue();
            // Old streams filled each delta up with fields that said nothing.
            boolean filler =
                    at.endsWith(".delta")
                            && (value.isNull() || value.isEmpty())
                            && !value.isString();
            if (!BY_CHOICE.contains(field.getKey()) && !filler) {
                fields.computeIfAbsent(at, _ -> new TreeSet<>()).add(field.getKey());
                boolean free = Set.of("arguments", "metadata", "schema").contains(field.getKey());
                if (!free) {
                    String kind = value.isArray() ? "" : kindOf(value);
                    collect(value, at + "." + field.getKey() + kind, fields);
                }
            }
        }
    }

    private static String kindOf(JsonNode node) {
        String type = node.path("type").asString("");
        // A chunk with content is another kind of thing than one with a call.
        String said =
                Stream.of("tool_calls", "reasoning_content", "reasoning", "error", "usage")
                        .filter(node::hasNonNull)
                        .reduce("", (a, b) -> a + "+" + b);
        return (type.isEmpty() ? "" : ":" + type) + said;
    }
}
