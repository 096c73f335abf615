package dev.switchgear.families.llm.dialect.openai;

import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.dialect.AnswerReader;
import dev.switchgear.families.llm.dialect.EmbeddingsAnswer;
import dev.switchgear.families.llm.dialect.EmbeddingsRequest;
import dev.switchgear.families.llm.dialect.Json;
import dev.switchgear.families.llm.dialect.MalformedAnswer;
import dev.switchgear.families.llm.dialect.ModelTarget;
import dev.switchgear.families.llm.dialect.NotTranslatable;
import dev.switchgear.families.llm.dialect.ProviderDialect;
import dev.switchgear.families.llm.dialect.Worded;
import dev.switchgear.families.llm.dialect.openai.OpenAiFlavour.Takes;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/// Providers that speak OpenAI's chat completions. Stateless and thread-safe.
public final class OpenAiProvider implements ProviderDialect {
    private final OpenAiFlavour flavour;

    public OpenAiProvider(OpenAiFlavour flavour) {
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
        return RequestWriter.write(asked, target, flavour);
    }

    @Override
    public AnswerReader answer(ModelTarget target, boolean streamed) {
        return new AnswerParser(target, flavour);
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
        return Embeddings.word(asked, target, flavour);
    }

    @Override
    public EmbeddingsAnswer embedded(byte[] body) throws MalformedAnswer {
        try {
            return Embeddings.answer(Json.read(body, 0, body.length));
        } catch (JacksonException malformed) {
            throw new MalformedAnswer("not JSON: " + malformed.getOriginalMessage());
        }
    }
}
