package dev.switchgear.simulator.settings;

import dev.switchgear.core.time.Time;
import dev.switchgear.simulator.answer.Api;
import dev.switchgear.simulator.anthropic.AnthropicApi;
import dev.switchgear.simulator.anthropic.AnthropicModels;
import dev.switchgear.simulator.fields.InvalidSettingsException;
import dev.switchgear.simulator.fields.SettingsFields;
import dev.switchgear.simulator.gemini.GeminiApi;
import dev.switchgear.simulator.gemini.GeminiModels;
import dev.switchgear.simulator.limit.Meter;
import dev.switchgear.simulator.mind.OfferedModel;
import dev.switchgear.simulator.ollama.OllamaApi;
import dev.switchgear.simulator.openai.Flavour;
import dev.switchgear.simulator.openai.OpenAiApi;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The APIs a provider can speak, by the word for each in settings.
public enum Kind {
    OPENAI,
    /// What servers at home speak, in OpenAI's own words.
    OPENAI_COMPATIBLE,
    ANTHROPIC,
    GEMINI,
    XAI,
    DEEPSEEK,
    OPENROUTER,
    OLLAMA,
    VLLM,
    LLAMA_CPP,
    LM_STUDIO;

    /// The kind called `word`.
    public static Kind of(String word, String at) {
        List<String> words = new ArrayList<>();
        for (Kind kind : values()) {
            if (kind.word().equals(word)) {
                return kind;
            }
            words.add(kind.word());
        }
        throw new InvalidSettingsException(
                at + ": \"" + word + "\" " + SettingsFields.expected(word, words));
    }

    /// The word for it in JSON and YAML.
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// What a provider offers that was not told otherwise.
    List<OfferedModel> models() {
        return switch (this) {
            case ANTHROPIC -> AnthropicModels.ALL;
            case GEMINI -> GeminiModels.ALL;
            case OPENAI,
                    OPENAI_COMPATIBLE,
                    XAI,
                    DEEPSEEK,
                    OPENROUTER,
                    OLLAMA,
                    VLLM,
                    LLAMA_CPP,
                    LM_STUDIO ->
                    flavour().models();
        };
    }

    /// The model of that name, with what is known of it.
    OfferedModel model(String id) {
        return switch (this) {
            case ANTHROPIC -> AnthropicModels.named(id);
            case GEMINI -> GeminiModels.named(id);
            case OPENAI,
                    OPENAI_COMPATIBLE,
                    XAI,
                    DEEPSEEK,
                    OPENROUTER,
                    OLLAMA,
                    VLLM,
                    LLAMA_CPP,
                    LM_STUDIO ->
                    flavour().known(id).orElseGet(() -> OfferedModel.chat(id));
        };
    }

    /// What a client's base URL has behind the provider's name.
    public String root() {
        return switch (this) {
            case ANTHROPIC, OLLAMA -> "";
            case GEMINI -> "/v1beta";
            case OPENAI, OPENAI_COMPATIBLE, XAI, DEEPSEEK, OPENROUTER, VLLM, LLAMA_CPP, LM_STUDIO ->
                    flavour().roots().getFirst();
        };
    }

    /// The API as one provider speaks it.
    Api api(long seed, List<OfferedModel> models, List<String> keys, Meter meter, Time time) {
        return switch (this) {
            case ANTHROPIC -> new AnthropicApi(seed, models, keys, meter, time);
            case GEMINI -> new GeminiApi(seed, models, keys, meter, time);
            case OLLAMA -> new OllamaApi(seed, models, keys, meter, time);
            case OPENAI, OPENAI_COMPATIBLE, XAI, DEEPSEEK, OPENROUTER, VLLM, LLAMA_CPP, LM_STUDIO ->
                    new OpenAiApi(flavour(), seed, models, keys, meter, time);
        };
    }

    /// The variant of OpenAI's API.
    private Flavour flavour() {
        return switch (this) {
            case OPENAI, OPENAI_COMPATIBLE -> Flavour.OPENAI;
            case XAI -> Flavour.XAI;
            case DEEPSEEK -> Flavour.DEEPSEEK;
            case OPENROUTER -> Flavour.OPENROUTER;
            case OLLAMA -> Flavour.OLLAMA;
            case VLLM -> Flavour.VLLM;
            case LLAMA_CPP -> Flavour.LLAMA_CPP;
            case LM_STUDIO -> Flavour.LM_STUDIO;
            case ANTHROPIC, GEMINI ->
                    throw new IllegalStateException(this + " is no variant of OpenAI's");
        };
    }
}
