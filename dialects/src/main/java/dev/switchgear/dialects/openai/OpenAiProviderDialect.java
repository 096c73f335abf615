package dev.switchgear.dialects.openai;

import dev.switchgear.dialects.AutomaticMarks;
import dev.switchgear.dialects.SettingsFit;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.dialects.openai.OpenAiFlavour.Takes;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.Part;
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
import java.util.Optional;

/// Providers that speak OpenAI's chat completions. Stateless and thread-safe.
public final class OpenAiProviderDialect implements ProviderDialect, ProviderEmbedding {
    private final OpenAiFlavour flavour;

    public OpenAiProviderDialect(OpenAiFlavour flavour) {
        this.flavour = flavour;
    }

    @Override
    public Dialect dialect() {
        return Dialect.OPENAI;
    }

    @Override
    public Framing framing() {
        return Framing.EVENTS;
    }

    @Override
    public String chatPath(String model, boolean streamed) {
        return "/chat/completions";
    }

    @Override
    public Worded chat(ChatRequest asked, ModelTarget target) throws NotTranslatable {
        return OpenAiRequestWriter.write(asked, target, flavour);
    }

    @Override
    public boolean wantsThoughtsBack() {
        return switch (flavour.replay()) {
            case CONTENT, CONTENT_WITH_CALLS, CHUNKS -> true;
            // A thought without its entry tells OpenRouter nothing.
            case NONE, DETAILS -> false;
        };
    }

    @Override
    public AnswerReader answer(ModelTarget target, boolean streamed) {
        return new OpenAiAnswerReader(target, flavour);
    }

    @Override
    public ProviderFitting fitting() {
        return new SettingsFit(new OpenAiClientDialect(), this, OpenAiSettings.of(flavour));
    }

    @Override
    public ChatRequest marked(ChatRequest asked, ModelTarget target, Part.CacheMark mark) {
        return flavour.marks(target.model())
                ? AutomaticMarks.on(asked, target.model(), mark)
                : asked;
    }

    @Override
    public Optional<ProviderCounting> counting() {
        return Optional.empty();
    }

    @Override
    public Optional<ProviderEmbedding> embedding() {
        return flavour.takes(Takes.EMBEDDINGS) ? Optional.of(this) : Optional.empty();
    }

    @Override
    public String embeddingsPath(String model) {
        return "/embeddings";
    }

    /// As OpenAI documents it; nobody else is known to take more.
    @Override
    public int inputsMax() {
        return 2_048;
    }

    @Override
    public Worded embeddings(EmbeddingsRequest asked, ModelTarget target) {
        return OpenAiEmbeddings.word(asked, target, flavour);
    }

    @Override
    public EmbeddingsAnswer embedded(byte[] body) throws MalformedAnswer {
        return OpenAiEmbeddings.answer(Json.answer(body));
    }
}
