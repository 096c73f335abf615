package dev.switchgear.dialects.ollama;

import dev.switchgear.dialects.SettingsFit;
import dev.switchgear.dialects.SettingsGroup;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.dialect.AnswerReader;
import dev.switchgear.families.llm.dialect.EmbeddingsAnswer;
import dev.switchgear.families.llm.dialect.EmbeddingsRequest;
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

/// Asks a server of Ollama by `/api/chat` and `/api/embed`. Its reader also understands the answers of
/// `/api/generate`. Stateless; thread-safe.
public final class OllamaProviderDialect implements ProviderDialect, ProviderEmbedding {
    @Override
    public Dialect dialect() {
        return Dialect.OLLAMA;
    }

    @Override
    public Framing framing() {
        return Framing.LINES;
    }

    @Override
    public String chatPath(String model, boolean streamed) {
        return "/api/chat";
    }

    @Override
    public Worded chat(ChatRequest asked, ModelTarget target) throws NotTranslatable {
        return OllamaRequestWriter.chat(asked, target);
    }

    @Override
    public AnswerReader answer(ModelTarget target, boolean streamed) {
        return new OllamaAnswerReader();
    }

    @Override
    public ProviderFitting fitting() {
        return new SettingsFit(
                new OllamaClientDialect(OllamaClientDialect.Form.CHAT),
                this,
                settings("\"messages\":[{\"role\":\"user\",\"content\":\".\"}]"));
    }

    /// The same for requests that have a `prompt`.
    public ProviderFitting generateFitting() {
        return new SettingsFit(
                new OllamaClientDialect(OllamaClientDialect.Form.GENERATE),
                this,
                settings("\"prompt\":\".\""));
    }

    private static SettingsFit.Shape settings(String prompt) {
        return new SettingsFit.Shape(
                prompt,
                "tools",
                false,
                false,
                List.of("\"images\""),
                List.of(
                        SettingsGroup.bound(Set.of("num_predict"), "options.num_predict"),
                        SettingsGroup.setting("options.temperature"),
                        SettingsGroup.setting("options.top_p"),
                        SettingsGroup.setting("options.top_k"),
                        SettingsGroup.setting("options.presence_penalty"),
                        SettingsGroup.setting("options.frequency_penalty"),
                        SettingsGroup.setting("options.stop"),
                        SettingsGroup.setting(Set.of("reasoning_effort"), "think")));
    }

    @Override
    public Optional<ProviderCounting> counting() {
        return Optional.empty();
    }

    @Override
    public Optional<ProviderEmbedding> embedding() {
        return Optional.of(this);
    }

    @Override
    public String embeddingsPath(String model) {
        return "/api/embed";
    }

    /// A server at home takes any number; one call shall not take all its time.
    @Override
    public int inputsMax() {
        return 2_048;
    }

    @Override
    public Worded embeddings(EmbeddingsRequest asked, ModelTarget target) {
        return OllamaEmbeddings.word(asked, target);
    }

    @Override
    public EmbeddingsAnswer embedded(byte[] body) throws MalformedAnswer {
        return OllamaEmbeddings.answer(body);
    }
}
