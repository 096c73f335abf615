package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.switchgear.simulator.provider.ReceivedRequest;
import dev.switchgear.simulator.provider.SimulatedProvider;
import dev.switchgear.simulator.settings.Kind;
import dev.switchgear.simulator.settings.ProviderSettings;
import dev.switchgear.simulator.settings.SimulatorSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.DynamicNode;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A gateway before providers of every kind, and agents of real libraries, with their defaults, in one
/// conversation through it: two calls of a tool side by side, a picture, another call, last words.
///
/// Each kind is asked in three ways. In the second and the third the provider that called the tool is
/// dead when the results come, and lives again for the last words: what the agent then asks goes to
/// another account of the same kind, or to a provider of another kind.
final class LibraryAgents implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int SCRIPT_SECONDS = 240;
    private static final String TOLD = "degrees and dry in ";

    private final House house;

    private LibraryAgents(House house) {
        this.house = house;
    }

    /// A kind of provider, with the model that is asked: one that thinks unasked, where it has one.
    enum Asked {
        OPENAI(Kind.OPENAI, "openai", "/v1", "gpt-5-nano"),
        /// A server that speaks nothing but chat.
        CHAT(Kind.VLLM, "openai-compatible", "/v1", "qwen3"),
        /// OpenAI, where it serves everybody through Responses.
        RESPONSES(Kind.OPENAI, "openai", "/v1", "gpt-5-nano"),
        ANTHROPIC(Kind.ANTHROPIC, "anthropic", "", "claude-haiku-4-5"),
        GEMINI(Kind.GEMINI, "gemini", "/v1beta", "gemini-3-flash-preview"),
        XAI(Kind.XAI, "xai", "/v1", "grok-3-mini"),
        DEEPSEEK(Kind.DEEPSEEK, "deepseek", "", "deepseek-v4-flash"),
        OPENROUTER(Kind.OPENROUTER, "openrouter", "/api/v1", "anthropic/claude-sonnet-4.5"),
        /// A server that speaks OpenAI's API plays its part.
        MISTRAL(Kind.OPENAI_COMPATIBLE, "mistral", "/v1", "gpt-4o"),
        OLLAMA(Kind.OLLAMA, "ollama", "", "qwen3");

        private final Kind kind;
        private final String adapter;
        private final String root;
        private final String model;

        Asked(Kind kind, String adapter, String root, String model) {
            this.kind = kind;
            this.adapter = adapter;
            this.root = root;
            this.model = model;
        }

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        Kind kind() {
            return kind;
        }

        String model() {
            return model;
        }

        /// The line of a configuration with a provider of the kind, by that name.
        String configured(String name, int port) {
            return """
              %1$s: { kind: %2$s, base-url: "http://127.0.0.1:%3$d/%1$s%4$s", %5$skeys: [ { secret: sk-%1$s-0123456789 } ] }
            """
                    .formatted(
                            name,
                            adapter,
                            port,
                            root,
                            this == RESPONSES ? "quirks: { chat: false }, " : "");
        }

        /// Whether its models see pictures.
        boolean sees() {
            return this != DEEPSEEK;
        }

        /// The kind that steps in where another kind shall.
        @SuppressWarnings("EnumOrdinal") // Any other one will do.
        Asked next() {
            return values()[(ordinal() + 1) % values().length];
        }

        private String target(String end) {
            return "{ provider: " + word() + end + ", model: \"" + model + "\" }";
        }
    }

    /// Who answers behind the route that is asked.
    enum Behind {
        /// One account, which is well.
        ONE,
        /// Two accounts of the kind; the first dies.
        SAME,
        /// One account of the kind, which dies, and one of the next kind.
        OTHER;

        private String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        private String route(Asked asked) {
            return word() + "-" + asked.word();
        }

        private String first(Asked asked) {
            return asked.word() + "-" + word();
        }

        private List<Asked> all(Asked asked) {
            return this == OTHER ? List.of(asked, asked.next()) : List.of(asked);
        }
    }

    /// A library as `libraries.mjs` or `libraries.py` names it.
    ///
    /// @param prefix of a model's name, as it wants it
    /// @param without kinds behind which it is not asked, each with a reason where it is left out
    record Library(String name, String prefix, List<Asked> without) {
        Library {
            without = List.copyOf(without);
        }

        static Library of(String name) {
            return new Library(name, "", List.of());
        }

        Library naming(String start) {
            return new Library(name, start, without);
        }

        Library without(Asked... kinds) {
            return new Library(name, prefix, List.of(kinds));
        }
    }

    static LibraryAgents open() {
        var simulated = new ArrayList<ProviderSettings>();
        for (Asked asked : Asked.values()) {
            for (String end : ENDS) {
                simulated.add(ProviderSettings.of(asked.word() + end, asked.kind).instant());
            }
        }
        return new LibraryAgents(
                House.of(
                        SimulatorSettings.of(simulated.toArray(ProviderSettings[]::new)),
                        LibraryAgents::config));
    }

    /// The accounts of a kind: alone, the first and the second of two, the first before another kind,
    /// and the second behind another kind.
    private static final List<String> ENDS =
            List.of("-one", "-same", "-same-second", "-other", "-other-second");

    private static String config(int port) {
        var providers = new StringBuilder();
        var routes = new StringBuilder("routes:\n");
        for (Asked asked : Asked.values()) {
            for (String end : ENDS) {
                providers.append(asked.configured(asked.word() + end, port));
            }
            for (Behind behind : Behind.values()) {
                String to =
                        switch (behind) {
                            case ONE -> asked.target("-one");
                            case SAME ->
                                    asked.target("-same") + ", " + asked.target("-same-second");
                            case OTHER ->
                                    asked.target("-other")
                                            + ", "
                                            + asked.next().target("-other-second");
                        };
                routes.append("  - match: { model: ")
                        .append(behind.route(asked))
                        .append(" }\n    to: [ ")
                        .append(to)
                        .append(" ]\n");
            }
        }
        return """
        server: { port: 0 }
        egress: { allow-private: ["127.0.0.1:%d"] }
        # One agent after the other finds the same providers, so none is left alone for what was before.
        resilience: { breaker: { failures: 1000 } }
        providers:
        """
                        .formatted(port)
                + providers
                + routes;
    }

    int port() {
        return house.port();
    }

    SimulatedProvider provider(Asked asked, String end) {
        return house.provider(asked.word() + end);
    }

    int simulatorPort() {
        return house.simulator().port();
    }

    /// Lets each library hold its conversation with every kind of provider, and says for each whether it
    /// went well.
    ///
    /// @param all whether each library is asked in all ways, plain and streamed; else it finds a dying
    ///     provider of each kind, before another of the kind or of another, and asks it plain or streamed
    List<DynamicNode> talk(Sdk sdk, String script, List<Library> libraries, boolean all)
            throws Exception {
        JsonNode said;
        try (var running = sdk.start(script, asked(libraries, all))) {
            said = running.result(SCRIPT_SECONDS);
        }
        var nodes = new ArrayList<DynamicNode>();
        for (Library library : libraries) {
            var tests = new ArrayList<DynamicNode>();
            for (Asked asked : Asked.values()) {
                for (Behind behind : ways(libraries, library, asked, all)) {
                    for (String way : manners(libraries, library, asked, all)) {
                        JsonNode one =
                                said.path(library.name()).path(behind.route(asked)).path(way);
                        boolean pictured = pictured(asked, behind);
                        tests.add(
                                dynamicTest(
                                        behind.route(asked) + ", " + way,
                                        () -> checkTranscript(one, pictured)));
                    }
                }
            }
            nodes.add(dynamicContainer(library.name(), tests));
        }
        nodes.add(dynamicContainer("providers", received()));
        return nodes;
    }

    /// In which ways a library is asked before a kind. Where not in all, whoever stands next to it in
    /// the list, and the next kind, are asked in the other.
    @SuppressWarnings("EnumOrdinal") // Any even spread will do.
    private static List<Behind> ways(
            List<Library> libraries, Library library, Asked asked, boolean all) {
        int turn = libraries.indexOf(library) + asked.ordinal();
        List<Behind> wanted =
                all
                        ? List.of(Behind.values())
                        : List.of(turn % 2 == 0 ? Behind.SAME : Behind.OTHER);
        return wanted.stream()
                .filter(behind -> behind.all(asked).stream().noneMatch(library.without()::contains))
                .toList();
    }

    /// Whether it asks for streams. Where not in both manners, two who stand next to each other in the list
    /// ask in one and the next two in the other: so each library, each kind and each way meets both.
    @SuppressWarnings("EnumOrdinal") // Any even spread will do.
    private static List<String> manners(
            List<Library> libraries, Library library, Asked asked, boolean all) {
        int turn = (libraries.indexOf(library) + asked.ordinal()) / 2 % 2;
        return all ? List.of("plain", "streamed") : List.of(turn == 0 ? "plain" : "streamed");
    }

    private static boolean pictured(Asked asked, Behind behind) {
        return behind.all(asked).stream().allMatch(Asked::sees);
    }

    private ObjectNode asked(List<Library> libraries, boolean all) {
        ObjectNode given = JSON.createObjectNode();
        given.put("base", "http://127.0.0.1:" + port()).put("key", "sk-of-no-importance");
        given.put("kill", "http://127.0.0.1:" + simulatorPort());
        ObjectNode agents = given.putObject("agents");
        for (Library library : libraries) {
            ArrayNode targets = agents.putArray(library.name());
            for (Asked asked : Asked.values()) {
                List<String> manners = manners(libraries, library, asked, all);
                for (Behind behind : ways(libraries, library, asked, all)) {
                    ObjectNode target = targets.addObject();
                    ArrayNode asking = target.putArray("manners");
                    manners.forEach(manner -> asking.add(manner));
                    target.put("name", behind.route(asked))
                            .put("model", library.prefix() + behind.route(asked))
                            .put("first", behind == Behind.ONE ? "" : behind.first(asked))
                            .put("blind", !pictured(asked, behind));
                }
            }
        }
        return given;
    }

    /// What an agent holds at the end: each tool ran once, and every answer is whole.
    private static void checkTranscript(JsonNode one, boolean pictured) {
        assertThat(one.path("error").asString("")).as("error of %s", one).isEmpty();
        assertThat(one.path("runs"))
                .as("%s", one)
                .isEqualTo(JSON.createObjectNode().put("Pune", 1).put("Goa", 1).put("Delhi", 1));
        JsonNode texts = one.path("texts");
        assertThat(texts.size()).as("%s", one).isEqualTo(4);
        assertThat(texts.path(0).asString("")).containsPattern(TOLD + "(Pune|Goa)");
        assertThat(texts.path(1).asString("")).contains(pictured ? "image arrived" : "no image");
        assertThat(texts.path(2).asString("")).contains(TOLD + "Delhi");
        assertThat(texts.path(3).asString("")).isEqualTo("all is told");
    }

    /// What the providers saw: that they refused nothing, and that whoever should die did, so that the
    /// second was asked.
    private List<DynamicNode> received() {
        var tests = new ArrayList<DynamicNode>();
        for (Asked asked : Asked.values()) {
            tests.add(
                    dynamicTest(
                            asked.word() + " refused nothing",
                            () ->
                                    assertThat(ENDS)
                                            .flatExtracting(end -> provider(asked, end).requests())
                                            .map(ReceivedRequest.class::cast)
                                            .filteredOn(LibraryAgents::refused)
                                            .isEmpty()));
            for (String end : List.of("-same", "-other")) {
                tests.add(
                        dynamicTest(
                                asked.word() + end + " died",
                                () ->
                                        assertThat(provider(asked, end).requests())
                                                .anyMatch(one -> status(one) == 503)
                                                .anyMatch(one -> status(one) == 200)));
                tests.add(
                        dynamicTest(
                                asked.word() + end + "-second stepped in",
                                () ->
                                        assertThat(provider(asked, end + "-second").requests())
                                                .anyMatch(one -> status(one) == 200)));
            }
        }
        return tests;
    }

    static int status(ReceivedRequest request) {
        return request.sent().status().orElse(0);
    }

    static boolean refused(ReceivedRequest request) {
        return status(request) >= 400 && status(request) < 500;
    }

    @Override
    public void close() {
        house.close();
    }
}
