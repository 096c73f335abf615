package dev.switchgear.dialects.anthropic;

import dev.switchgear.dialects.AutomaticMarks;
import dev.switchgear.dialects.SettingsFit;
import dev.switchgear.dialects.SettingsGroup;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.dialect.AnswerReader;
import dev.switchgear.families.llm.dialect.MalformedAnswer;
import dev.switchgear.families.llm.dialect.ModelTarget;
import dev.switchgear.families.llm.dialect.NotTranslatable;
import dev.switchgear.families.llm.dialect.ProviderCounting;
import dev.switchgear.families.llm.dialect.ProviderDialect;
import dev.switchgear.families.llm.dialect.ProviderEmbedding;
import dev.switchgear.families.llm.dialect.ProviderFitting;
import dev.switchgear.families.llm.dialect.Worded;
import dev.switchgear.families.llm.model.Capability;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Providers that speak Anthropic's Messages. Stateless; thread-safe.
///
/// Where the client gave no bound on output, which the API demands, it is the model's own, at most
/// 32,000 tokens.
public final class AnthropicProviderDialect implements ProviderDialect, ProviderCounting {
    private static final SettingsFit.Shape SETTINGS =
            new SettingsFit.Shape(
                    "\"messages\":[{\"role\":\"user\",\"content\":\".\"}]",
                    "tools",
                    false,
                    true,
                    List.of("\"image\""),
                    List.of(
                            SettingsGroup.bound(Set.of("max_tokens"), "max_tokens"),
                            SettingsGroup.setting("temperature"),
                            SettingsGroup.setting("top_p"),
                            SettingsGroup.setting("top_k"),
                            SettingsGroup.setting(Set.of("stop"), "stop_sequences"),
                            SettingsGroup.setting(
                                    Set.of("reasoning", "output_config.effort"),
                                    "thinking",
                                    "output_config.effort"),
                            SettingsGroup.choice("tool_choice"),
                            SettingsGroup.form("output_config.format")));

    @Override
    public Dialect dialect() {
        return Dialect.ANTHROPIC;
    }

    @Override
    public Framing framing() {
        return Framing.EVENTS;
    }

    @Override
    public String chatPath(String model, boolean streamed) {
        return "/v1/messages";
    }

    @Override
    public Worded chat(ChatRequest asked, ModelTarget target) throws NotTranslatable {
        return new AnthropicRequestWriter(asked, target).chat();
    }

    @Override
    public AnswerReader answer(ModelTarget target, boolean streamed) {
        return new AnthropicAnswerReader(target.model());
    }

    @Override
    public ProviderFitting fitting() {
        var settings = new SettingsFit(new AnthropicClientDialect(), this, SETTINGS);
        return (body, target) ->
                target.traits().lacks(Capability.LATER_SYSTEM) && LaterSystem.in(body)
                        ? Optional.empty()
                        : settings.fitted(body, target);
    }

    @Override
    public ChatRequest marked(ChatRequest asked, ModelTarget target, Part.CacheMark mark) {
        return AutomaticMarks.on(asked, target.model(), mark);
    }

    @Override
    public Optional<ProviderCounting> counting() {
        return Optional.of(this);
    }

    @Override
    public Optional<ProviderEmbedding> embedding() {
        return Optional.empty();
    }

    @Override
    public String countPath(String model) {
        return "/v1/messages/count_tokens";
    }

    @Override
    public Worded count(ChatRequest asked, ModelTarget target) throws NotTranslatable {
        return new AnthropicRequestWriter(asked, target).count();
    }

    @Override
    public long counted(byte[] body) throws MalformedAnswer {
        long tokens = Json.count(Json.answer(body).path("input_tokens"));
        if (tokens < 0) {
            throw new MalformedAnswer("a count without input_tokens");
        }
        return tokens;
    }
}
