package dev.switchgear.server;

import dev.switchgear.server.AgentScript.Enclosed;
import dev.switchgear.simulator.settings.Kind;
import dev.switchgear.simulator.settings.ProviderSettings;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/// A kind of provider that agents meet.
enum AgentHost {
    OPENAI(Kind.OPENAI, "openai", "/v1", "", "gpt-5-nano"),
    /// OpenAI, where it serves everybody through Responses.
    RESPONSES(Kind.OPENAI, "openai", "/v1", "quirks: { chat: false }, ", "gpt-5-nano"),
    ANTHROPIC(Kind.ANTHROPIC, "anthropic", "", "", "claude-haiku-4-5"),
    GEMINI(Kind.GEMINI, "gemini", "/v1beta", "", "gemini-3-flash-preview"),
    XAI(Kind.XAI, "xai", "/v1", "", "grok-4.3"),
    DEEPSEEK(Kind.DEEPSEEK, "deepseek", "", "", "deepseek-v4-flash"),
    OPENROUTER(Kind.OPENROUTER, "openrouter", "/api/v1", "", "openai/gpt-5-nano"),
    OLLAMA(Kind.OLLAMA, "ollama", "", "", "qwen3"),
    /// A server that speaks nothing but chat.
    COMPATIBLE(Kind.VLLM, "openai-compatible", "/v1", "", "qwen3");

    private final Kind kind;
    private final String adapter;
    private final String root;
    private final String quirks;
    private final String model;

    AgentHost(Kind kind, String adapter, String root, String quirks, String model) {
        this.kind = kind;
        this.adapter = adapter;
        this.root = root;
        this.quirks = quirks;
        this.model = model;
    }

    String model() {
        return model;
    }

    String root() {
        return root;
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The provider of this kind called `name`.
    ProviderSettings simulated(String name) {
        return ProviderSettings.of(name, kind).instant();
    }

    /// Its line in the configuration.
    ///
    /// @param timeouts as the file says them
    String configured(String name, int port, String timeouts) {
        return "  %s: { kind: %s, base-url: \"http://127.0.0.1:%d/%s%s\", %skeys: [ { secret: sk-%s-0123456789 } ], timeouts: { %s } }\n"
                .formatted(name, adapter, port, name, root, quirks, name, timeouts);
    }

    /// What can be shown to it.
    Set<Enclosed> takes() {
        return switch (this) {
            case DEEPSEEK -> EnumSet.of(Enclosed.NOTHING, Enclosed.FILE);
            case OPENAI, RESPONSES, ANTHROPIC, GEMINI, XAI, OPENROUTER, OLLAMA, COMPATIBLE ->
                    EnumSet.allOf(Enclosed.class);
        };
    }

    /// Whether it tells what it knew of a prompt already.
    boolean remembers() {
        return switch (this) {
            case OPENAI, RESPONSES, ANTHROPIC, GEMINI, XAI, DEEPSEEK, OPENROUTER -> true;
            case OLLAMA, COMPATIBLE -> false;
        };
    }

    /// A kind of agent that speaks to it without a gateway.
    AgentKind own() {
        return switch (this) {
            case OPENAI, XAI, DEEPSEEK, OPENROUTER, COMPATIBLE -> AgentKind.CHAT;
            case RESPONSES -> AgentKind.RESPONSES;
            case ANTHROPIC -> AgentKind.ANTHROPIC;
            case GEMINI -> AgentKind.GEMINI;
            case OLLAMA -> AgentKind.OLLAMA;
        };
    }

    /// The place of such a provider in a route.
    String target(String name) {
        return "{ provider: " + name + ", model: \"" + model + "\" }";
    }
}
