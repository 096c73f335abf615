package dev.switchgear.dialects.responses;

import dev.switchgear.dialects.SettingsFit;
import dev.switchgear.dialects.SettingsGroup;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.dialect.AnswerReader;
import dev.switchgear.families.llm.dialect.MalformedAnswer;
import dev.switchgear.families.llm.dialect.ModelTarget;
import dev.switchgear.families.llm.dialect.NotTranslatable;
import dev.switchgear.families.llm.dialect.ProviderCounting;
import dev.switchgear.families.llm.dialect.ProviderDialect;
import dev.switchgear.families.llm.dialect.ProviderEmbedding;
import dev.switchgear.families.llm.dialect.ProviderFitting;
import dev.switchgear.families.llm.dialect.Worded;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Providers of OpenAI's Responses. Nothing is stored with them; thread-safe.
public final class ResponsesProviderDialect implements ProviderDialect, ProviderCounting {
    private static final SettingsFit.Shape SETTINGS =
            new SettingsFit.Shape(
                    "\"input\":\".\"",
                    "tools",
                    false,
                    true,
                    List.of("\"input_image\""),
                    List.of(
                            SettingsGroup.bound(Set.of("max_output_tokens"), "max_output_tokens"),
                            SettingsGroup.setting("temperature"),
                            SettingsGroup.setting("top_p"),
                            SettingsGroup.setting("reasoning"),
                            SettingsGroup.choice("tool_choice"),
                            SettingsGroup.form("text.format")));

    private final ResponsesFlavour flavour;

    public ResponsesProviderDialect(ResponsesFlavour flavour) {
        this.flavour = flavour;
    }

    @Override
    public Dialect dialect() {
        return Dialect.RESPONSES;
    }

    @Override
    public Framing framing() {
        return Framing.EVENTS;
    }

    @Override
    public String chatPath(String model, boolean streamed) {
        return "/responses";
    }

    @Override
    public Worded chat(ChatRequest asked, ModelTarget target) throws NotTranslatable {
        return new ResponsesRequestWriter(flavour, asked, target).chat();
    }

    @Override
    public AnswerReader answer(ModelTarget target, boolean streamed) {
        return new ResponsesAnswerReader(target.model());
    }

    @Override
    public ProviderFitting fitting() {
        return new SettingsFit(new ResponsesClientDialect(), this, SETTINGS);
    }

    @Override
    public Optional<ProviderCounting> counting() {
        return flavour.counting() ? Optional.of(this) : Optional.empty();
    }

    @Override
    public Optional<ProviderEmbedding> embedding() {
        return Optional.empty();
    }

    @Override
    public String countPath(String model) {
        return "/responses/input_tokens";
    }

    @Override
    public Worded count(ChatRequest asked, ModelTarget target) throws NotTranslatable {
        return new ResponsesRequestWriter(flavour, asked, target).count();
    }

    @Override
    public long counted(byte[] body) throws MalformedAnswer {
        long tokens = Json.count(Json.answer(body).path("input_tokens"));
        if (tokens < 0) {
            throw new MalformedAnswer("no input_tokens in the count");
        }
        return tokens;
    }
}
