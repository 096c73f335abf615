package dev.switchgear.server;

import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.switchgear.simulator.fault.FaultKind;
import dev.switchgear.simulator.fault.SimulatedFault;
import dev.switchgear.simulator.settings.Kind;
import dev.switchgear.simulator.settings.ProviderSettings;
import dev.switchgear.simulator.settings.SimulatorSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.DynamicNode;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A gateway before providers of every dialect, and the official SDKs that ask through it.
///
/// Each dialect has four providers: one that is well, one that finds every request invalid, one that
/// is always busy, and one whose streams break off with an error.
final class Matrix implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int SCRIPT_SECONDS = 60;

    private final Sdk sdk;
    private final House house;

    private Matrix(Sdk sdk, House house) {
        this.sdk = sdk;
        this.house = house;
    }

    /// A dialect that providers speak.
    enum Spoken {
        /// OpenAI, which answers who speaks Responses in Responses, and all others in chat.
        OPENAI(Kind.OPENAI, "openai", "/v1", "", "gpt-4o", "gpt-5-nano"),
        /// A server that speaks nothing but chat.
        CHAT(Kind.VLLM, "openai-compatible", "/v1", "", "llama-3.2-1b-instruct", "qwen3"),
        /// OpenAI, where it serves everybody through Responses.
        RESPONSES(
                Kind.OPENAI, "openai", "/v1", "quirks: { chat: false }, ", "gpt-4o", "gpt-5-nano"),
        ANTHROPIC(Kind.ANTHROPIC, "anthropic", "", "", "claude-haiku-4-5", "claude-haiku-4-5"),
        GEMINI(Kind.GEMINI, "gemini", "/v1beta", "", "gemini-2.5-flash", "gemini-2.5-flash"),
        OLLAMA(Kind.OLLAMA, "ollama", "", "", "llama3", "qwen3");

        private final Kind kind;
        private final String adapter;
        private final String root;
        private final String more;
        private final String model;
        private final String thinker;

        Spoken(Kind kind, String adapter, String root, String more, String model, String thinker) {
            this.kind = kind;
            this.adapter = adapter;
            this.root = root;
            this.more = more;
            this.model = model;
            this.thinker = thinker;
        }

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        String model() {
            return word() + "/" + model;
        }

        String thinker() {
            return word() + "/" + thinker;
        }

        /// Whether the text of thoughts is in its answers.
        boolean showsThoughts(Caller caller) {
            return this != OPENAI
                    || caller == Caller.RESPONSES
                    || caller == Caller.RESPONSES_IN_PYTHON;
        }

        /// Whether it says how many tokens were thoughts.
        boolean countsThoughts() {
            return this == OPENAI || this == RESPONSES || this == GEMINI;
        }

        private List<ProviderSettings> simulated() {
            return List.of(
                    ProviderSettings.of(word(), kind).instant(),
                    failing("sick", FaultKind.status(400)),
                    failing("busy", FaultKind.status(429)),
                    // At a pace, since the form in which Gemini says it shows only as it comes.
                    failing("dying", new FaultKind.ErrorEvent(12, "", ""))
                            .paced(Duration.ZERO, Duration.ZERO, Duration.ofMillis(1)));
        }

        private ProviderSettings failing(String name, FaultKind fault) {
            return ProviderSettings.of(word() + "-" + name, kind)
                    .instant()
                    .withFaults(List.of(SimulatedFault.always(fault)));
        }

        private String configured(int port) {
            var lines = new StringBuilder();
            for (String end : List.of("", "-sick", "-busy", "-dying")) {
                lines.append(
                        """
                          %1$s%2$s: { kind: %3$s, base-url: "http://127.0.0.1:%4$d/%1$s%2$s%5$s", %6$skeys: [ { secret: sk-%1$s-0123456789 } ], timeouts: { first-token: 20s, head: 20s, idle: 20s } }
                        """
                                .formatted(word(), end, adapter, port, root, more));
            }
            return lines.toString();
        }
    }

    /// A client: the script that drives its SDK, and how that SDK names what it meets.
    enum Caller {
        CHAT("chat-client.mjs", "stop", "tool_calls", "length"),
        RESPONSES("responses-client.mjs", "completed", "completed", "max_output_tokens"),
        ANTHROPIC("messages-client.mjs", "end_turn", "tool_use", "max_tokens"),
        ANTHROPIC_BEFORE_1("messages-client.mjs", "end_turn", "tool_use", "max_tokens"),
        GEMINI("gemini-client.mjs", "STOP", "STOP", "MAX_TOKENS"),
        OLLAMA("ollama-client.mjs", "stop", "stop", "length"),
        VERCEL("ai-client.mjs", "stop", "tool-calls", "length"),
        CHAT_IN_PYTHON("chat_client.py", "stop", "tool_calls", "length"),
        RESPONSES_IN_PYTHON("responses_client.py", "completed", "completed", "max_output_tokens"),
        ANTHROPIC_IN_PYTHON("messages_client.py", "end_turn", "tool_use", "max_tokens"),
        GEMINI_IN_PYTHON("gemini_client.py", "STOP", "STOP", "MAX_TOKENS"),
        OLLAMA_IN_PYTHON("ollama_client.py", "stop", "stop", "length");

        private final String script;
        private final String stop;
        private final String called;
        private final String length;

        Caller(String script, String stop, String called, String length) {
            this.script = script;
            this.stop = stop;
            this.called = called;
            this.length = length;
        }

        String script() {
            return script;
        }

        /// What its script is driven by.
        Sdk sdk() {
            return script.endsWith(".py") ? Sdk.forPython() : Sdk.installed();
        }

        String stop() {
            return stop;
        }

        String called() {
            return called;
        }

        String length() {
            return length;
        }

        /// Whether every call of a tool has an id.
        boolean namesCalls() {
            return switch (this) {
                case GEMINI, GEMINI_IN_PYTHON, OLLAMA_IN_PYTHON -> false;
                case CHAT,
                        RESPONSES,
                        ANTHROPIC,
                        ANTHROPIC_BEFORE_1,
                        OLLAMA,
                        VERCEL,
                        CHAT_IN_PYTHON,
                        RESPONSES_IN_PYTHON,
                        ANTHROPIC_IN_PYTHON ->
                        true;
            };
        }

        /// Whether thoughts have a count of their own in its usage.
        boolean countsThoughts() {
            return switch (this) {
                case CHAT,
                        RESPONSES,
                        GEMINI,
                        CHAT_IN_PYTHON,
                        RESPONSES_IN_PYTHON,
                        GEMINI_IN_PYTHON ->
                        true;
                case ANTHROPIC,
                        ANTHROPIC_BEFORE_1,
                        OLLAMA,
                        VERCEL,
                        ANTHROPIC_IN_PYTHON,
                        OLLAMA_IN_PYTHON ->
                        false;
            };
        }

        /// What its SDK calls an error of that status.
        String error(int status) {
            return switch (this) {
                case GEMINI -> "ApiError";
                case GEMINI_IN_PYTHON -> status < 500 ? "ClientError" : "ServerError";
                case OLLAMA, OLLAMA_IN_PYTHON -> "ResponseError";
                case VERCEL -> "APICallError";
                case CHAT,
                        RESPONSES,
                        ANTHROPIC,
                        ANTHROPIC_BEFORE_1,
                        CHAT_IN_PYTHON,
                        RESPONSES_IN_PYTHON,
                        ANTHROPIC_IN_PYTHON ->
                        switch (status) {
                            case 400 -> "BadRequestError";
                            case 404 -> "NotFoundError";
                            case 429 -> "RateLimitError";
                            default -> "InternalServerError";
                        };
            };
        }
    }

    /// What is asked, as `scenarios.mjs` names it.
    enum Feature {
        TEXT,
        TOOLS,
        PARALLEL,
        IMAGE,
        STRUCTURED,
        REASONING,
        REASONING_WITH_TOOLS,
        LENGTH,
        REFUSAL,
        UNKNOWN,
        INVALID,
        BUSY,
        DYING;

        String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }

        List<String> ways() {
            return this == DYING ? List.of("streamed") : List.of("plain", "streamed");
        }
    }

    /// Who is asked by whom.
    ///
    /// @param speaks which of a client's dialects it speaks; empty where it has one
    /// @param features asked of it
    /// @param thoughts whether their text is seen
    record Target(
            Caller caller,
            Spoken provider,
            String speaks,
            Set<Feature> features,
            boolean thoughts) {
        static Target of(Caller caller, Spoken provider) {
            return new Target(
                    caller,
                    provider,
                    "",
                    EnumSet.allOf(Feature.class),
                    provider.showsThoughts(caller));
        }

        Target without(Feature... left) {
            Set<Feature> rest = EnumSet.copyOf(features);
            rest.removeAll(List.of(left));
            return new Target(caller, provider, speaks, rest, thoughts);
        }

        Target speaking(String dialect) {
            return new Target(caller, provider, dialect, features, thoughts);
        }

        Target withoutThoughts() {
            return new Target(caller, provider, speaks, features, false);
        }

        String name() {
            return (speaks.isEmpty() ? "" : speaks + " ") + "before " + provider.word();
        }

        private ObjectNode json() {
            ObjectNode json = JSON.createObjectNode().put("name", name()).put("speaks", speaks);
            json.put("model", provider.model()).put("thinker", provider.thinker());
            json.put("shows", provider != Spoken.OPENAI);
            json.put("missing", "no-such-provider/" + provider.model);
            for (String end : List.of("sick", "busy", "dying")) {
                json.put(end, provider.word() + "-" + end + "/" + provider.model);
            }
            return json;
        }
    }

    static JsonNode json(String text) {
        return JSON.readTree(text);
    }

    /// A gateway before four providers of each dialect.
    static Matrix open() {
        return open(Sdk.installed());
    }

    static Matrix open(Sdk sdk) {
        var simulated = new ArrayList<ProviderSettings>();
        for (Spoken dialect : Spoken.values()) {
            simulated.addAll(dialect.simulated());
        }
        return new Matrix(
                sdk,
                House.of(
                        SimulatorSettings.of(simulated.toArray(ProviderSettings[]::new)),
                        Matrix::config));
    }

    private static String config(int port) {
        var text =
                new StringBuilder(
                        """
                        server: { port: 0 }
                        egress: { allow-private: ["127.0.0.1:%d"] }
                        providers:
                        """
                                .formatted(port));
        for (Spoken dialect : Spoken.values()) {
            text.append(dialect.configured(port));
        }
        return text.toString();
    }

    /// Lets the client ask all of its targets, and says for each feature, plain and streamed, whether
    /// it understood.
    List<DynamicNode> asked(String script, List<Target> targets) throws Exception {
        return asked(script, "", targets);
    }

    /// @param pack the package to use where a script can drive several; empty for its usual
    List<DynamicNode> asked(String script, String pack, List<Target> targets) throws Exception {
        ObjectNode given = JSON.createObjectNode();
        given.put("base", "http://127.0.0.1:" + house.port()).put("key", "sk-of-no-importance");
        if (!pack.isEmpty()) {
            given.put("sdk", pack);
        }
        ArrayNode asked = given.putArray("targets");
        targets.forEach(target -> asked.add(target.json()));
        JsonNode heard;
        try (var running = sdk.start(script, given)) {
            heard = running.result(SCRIPT_SECONDS);
        }
        var row = new ArrayList<DynamicNode>();
        for (Target target : targets) {
            row.add(dynamicContainer(target.name(), cells(target, heard.path(target.name()))));
        }
        return row;
    }

    private static List<DynamicNode> cells(Target target, JsonNode heard) {
        var cells = new ArrayList<DynamicNode>();
        for (Feature feature : target.features()) {
            for (String way : feature.ways()) {
                JsonNode said = heard.path(feature.word()).path(way);
                boolean streamed = way.equals("streamed");
                var cell = new MatrixCell(target, streamed, said);
                cells.add(dynamicTest(feature.word() + ", " + way, () -> cell.understood(feature)));
            }
        }
        return cells;
    }

    @Override
    public void close() {
        house.close();
    }
}
