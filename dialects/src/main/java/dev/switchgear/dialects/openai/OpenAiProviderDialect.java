package dev.switchgear.dialects.openai;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.dialects.openai.OpenAiFlavour.Takes;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.dialect.AnswerReader;
import dev.switchgear.families.llm.dialect.EmbeddingsAnswer;
import dev.switchgear.families.llm.dialect.EmbeddingsRequest;
import dev.switchgear.families.llm.dialect.MalformedAnswer;
import dev.switchgear.families.llm.dialect.ModelTarget;
import dev.switchgear.families.llm.dialect.NotTranslatable;
import dev.switchgear.families.llm.dialect.ProviderDialect;
import dev.switchgear.families.llm.dialect.Worded;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/// Providers that speak OpenAI's chat completions. Stateless and thread-safe.
public final class OpenAiProviderDialect implements ProviderDialect {
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
    public Optional<String> path(Operation operation, String model, boolean streamed) {
        return switch (operation) {
            case CHAT -> Optional.of("/chat/completions");
            case EMBEDDINGS, BATCH_EMBEDDINGS ->
                    flavour.takes(Takes.EMBEDDINGS) ? Optional.of("/embeddings") : Optional.empty();
            case COUNT_TOKENS -> Optional.empty();
        };
    }

    @Override
    public Worded chat(ChatRequest asked, ModelTarget target) throws NotTranslatable {
        return OpenAiRequestWriter.write(asked, target, flavour);
    }

    @Override
    public AnswerReader answer(ModelTarget target, boolean streamed) {
        return new OpenAiAnswerReader(target, flavour);
    }

    @Override
    public Worded count(ChatRequest asked, ModelTarget target) throws NotTranslatable {
        throw new NotTranslatable("count", flavour.name() + " does not count tokens");
    }

    @Override
    public long counted(byte[] body) throws MalformedAnswer {
        throw new MalformedAnswer(flavour.name() + " does not count tokens");
    }

    @Override
    public Worded embeddings(EmbeddingsRequest asked, ModelTarget target) throws NotTranslatable {
        if (!flavour.takes(Takes.EMBEDDINGS)) {
            throw new NotTranslatable("input", flavour.name() + " has no embeddings");
        }
        return OpenAiEmbeddings.word(asked, target, flavour);
    }

    @Override
    public EmbeddingsAnswer embedded(byte[] body) throws MalformedAnswer {
        try {
            return OpenAiEmbeddings.answer(Json.read(body, 0, body.length));
        } catch (JacksonException malformed) {
            throw new MalformedAnswer("not JSON: " + malformed.getOriginalMessage());
        }
    }
}
