package dev.switchgear.providers;

import dev.switchgear.providers.anthropic.AnthropicProvider;
import dev.switchgear.providers.deepseek.DeepSeekProvider;
import dev.switchgear.providers.gemini.GeminiProvider;
import dev.switchgear.providers.mistral.MistralProvider;
import dev.switchgear.providers.ollama.OllamaProvider;
import dev.switchgear.providers.openai.OpenAiProvider;
import dev.switchgear.providers.openrouter.OpenRouterProvider;
import dev.switchgear.providers.xai.XAiProvider;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// All kinds of provider there are: the only list of them in the house. Immutable.
public final class Kinds {
    private static final Kinds OURS =
            of(
                    LlmKind.at("anthropic", AnthropicProvider.BASE, AnthropicProvider::anthropic)
                            .threaded(),
                    LlmKind.at("deepseek", DeepSeekProvider.BASE, DeepSeekProvider::deepSeek),
                    LlmKind.at("gemini", GeminiProvider.BASE, GeminiProvider::google),
                    LlmKind.at("mistral", MistralProvider.BASE, MistralProvider::mistral),
                    LlmKind.at("ollama", OllamaProvider.BASE, OllamaProvider::ollama),
                    new LlmKind(
                            "openai",
                            Optional.of(OpenAiProvider.BASE),
                            true,
                            false,
                            OpenAiProvider::openAi),
                    new LlmKind(
                            "openai-compatible",
                            Optional.empty(),
                            false,
                            false,
                            OpenAiProvider::compatible),
                    LlmKind.at(
                            "openrouter", OpenRouterProvider.BASE, OpenRouterProvider::openRouter),
                    LlmKind.at("xai", XAiProvider.BASE, XAiProvider::xAi));

    private final Map<String, ProviderKind> byName;

    private Kinds(Map<String, ProviderKind> byName) {
        this.byName = Collections.unmodifiableMap(byName);
    }

    /// Those that come with this program.
    public static Kinds ours() {
        return OURS;
    }

    private static Kinds of(ProviderKind... kinds) {
        var all = new Kinds(Map.of());
        for (ProviderKind kind : kinds) {
            all = all.with(kind);
        }
        return all;
    }

    /// These and one more.
    ///
    /// @throws IllegalArgumentException if there is one of that name
    public Kinds with(ProviderKind kind) {
        var more = new LinkedHashMap<>(byName);
        if (more.put(kind.name(), kind) != null) {
            throw new IllegalArgumentException("two kinds of provider are named " + kind.name());
        }
        return new Kinds(more);
    }

    /// The kind that is written so, if there is one.
    public Optional<ProviderKind> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /// The kind that is written so, if there is one and it is of that type.
    public <K extends ProviderKind> Optional<K> find(String name, Class<K> type) {
        return find(name).filter(type::isInstance).map(type::cast);
    }

    /// All of one type, in the order of the list.
    public <K extends ProviderKind> List<K> all(Class<K> type) {
        return byName.values().stream().filter(type::isInstance).map(type::cast).toList();
    }

    /// As configurations write them, in the order of the list.
    public List<String> names() {
        return List.copyOf(byName.keySet());
    }
}
