package dev.switchgear.dialects.responses;

import dev.switchgear.dialects.json.Json;
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
import tools.jackson.databind.JsonNode;

/// Providers of OpenAI's Responses. Nothing is stored with them; thread-safe.
public final class ResponsesProviderDialect implements ProviderDialect {
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
    public Optional<String> path(Operation operation, String model, boolean streamed) {
        return switch (operation) {
            case CHAT -> Optional.of("/responses");
            case COUNT_TOKENS ->
                    flavour.counting() ? Optional.of("/responses/input_tokens") : Optional.empty();
            case EMBEDDINGS, BATCH_EMBEDDINGS -> Optional.empty();
        };
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
    public Worded count(ChatRequest asked, ModelTarget target) throws NotTranslatable {
        return new ResponsesRequestWriter(flavour, asked, target).count();
    }

    @Override
    public long counted(byte[] body) throws MalformedAnswer {
        try {
            JsonNode count = Json.read(body, 0, body.length).path("input_tokens");
            if (count.isIntegralNumber() && count.canConvertToLong() && count.longValue() >= 0) {
                return count.longValue();
            }
        } catch (JacksonException e) {
            throw new MalformedAnswer("not JSON: " + e.getOriginalMessage());
        }
        throw new MalformedAnswer("no input_tokens in the count");
    }

    @Override
    public Worded embeddings(EmbeddingsRequest asked, ModelTarget target) throws NotTranslatable {
        throw new NotTranslatable("input", "Responses has no embeddings");
    }

    @Override
    public EmbeddingsAnswer embedded(byte[] body) throws MalformedAnswer {
        throw new MalformedAnswer("Responses has no embeddings");
    }
}
