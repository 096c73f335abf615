package dev.switchgear.simulator;

import dev.switchgear.core.time.Time;
import dev.switchgear.simulator.answer.Api;
import dev.switchgear.simulator.anthropic.Anthropic;
import dev.switchgear.simulator.anthropic.AnthropicModels;
import dev.switchgear.simulator.limit.Meter;
import dev.switchgear.simulator.mind.Model;
import dev.switchgear.simulator.openai.OpenAi;
import dev.switchgear.simulator.openai.OpenAiModels;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The APIs a provider can speak, by the word for each in settings.
public enum Kind {
    OPENAI,
    ANTHROPIC;

    /// The kind called `word`.
    static Kind of(String word, String at) {
        List<String> words = new ArrayList<>();
        for (Kind kind : values()) {
            if (kind.word().equals(word)) {
                return kind;
            }
            words.add(kind.word());
        }
        throw new InvalidSettingsException(
                at + ": \"" + word + "\" " + Fields.expected(word, words));
    }

    /// The word for it in JSON and YAML.
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// What a provider offers that was not told otherwise.
    List<Model> models() {
        return switch (this) {
            case OPENAI -> OpenAiModels.ALL;
            case ANTHROPIC -> AnthropicModels.ALL;
        };
    }

    /// The model of that name, with what is known of it.
    Model model(String id) {
        return switch (this) {
            case OPENAI -> OpenAiModels.known(id).orElseGet(() -> Model.chat(id));
            case ANTHROPIC -> AnthropicModels.known(id).orElseGet(() -> Model.chat(id));
        };
    }

    /// What a client's base URL has behind the provider's name.
    String root() {
        return switch (this) {
            case OPENAI -> "/v1";
            case ANTHROPIC -> "";
        };
    }

    Api api(ProviderSettings settings, long seed, Time time) {
        var meter = new Meter(settings.limits(), time);
        return switch (this) {
            case OPENAI -> new OpenAi(seed, settings.models(), settings.keys(), meter, time);
            case ANTHROPIC -> new Anthropic(seed, settings.models(), settings.keys(), meter, time);
        };
    }
}
