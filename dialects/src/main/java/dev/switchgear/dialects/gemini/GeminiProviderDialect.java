package dev.switchgear.dialects.gemini;

import dev.switchgear.dialects.SettingsFit;
import dev.switchgear.dialects.SettingsGroup;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.Extra;
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
import dev.switchgear.families.llm.tokens.TokenTally;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Speaks generateContent to a provider. The base URL ends in the API's version: `…/v1beta`.
///
/// Embeddings always go as a batch, whose form is the same for one text and for many.
public final class GeminiProviderDialect
        implements ProviderDialect, ProviderCounting, ProviderEmbedding {
    private static final String PREFIX = "models/";
    private static final Set<String> EMBEDDING_FIELDS = Set.of("title", "autoTruncate");

    private static final SettingsFit.Shape SETTINGS =
            new SettingsFit.Shape(
                    "\"contents\":[{\"parts\":[{\"text\":\".\"}]}]",
                    "tools",
                    true,
                    false,
                    List.of("\"inlineData\"", "\"inline_data\"", "\"fileData\"", "\"file_data\""),
                    List.of(
                            SettingsGroup.bound(
                                    Set.of("max_tokens"), "generationConfig.maxOutputTokens"),
                            config("temperature", "temperature"),
                            config("top_p", "topP"),
                            config("top_k", "topK"),
                            config("presence_penalty", "presencePenalty"),
                            config("frequency_penalty", "frequencyPenalty"),
                            config("stop", "stopSequences"),
                            config("reasoning", "thinkingConfig")));

    private final GeminiFlavour flavour;

    public GeminiProviderDialect(GeminiFlavour flavour) {
        this.flavour = flavour;
    }

    @Override
    public Dialect dialect() {
        return Dialect.GEMINI;
    }

    @Override
    public Framing framing() {
        return Framing.EVENTS;
    }

    @Override
    public String chatPath(String model, boolean streamed) {
        return method(model, streamed ? "streamGenerateContent?alt=sse" : "generateContent");
    }

    private static String method(String model, String method) {
        return "/" + resource(model) + ":" + method;
    }

    /// `models/…` with everything escaped that could lead elsewhere; tuned models have a room of
    /// their own.
    private static String resource(String model) {
        String room = model.startsWith("tunedModels/") ? "tunedModels/" : PREFIX;
        String name = model.startsWith(room) ? model.substring(room.length()) : model;
        String escaped = URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
        return room + (escaped.matches("\\.+") ? escaped.replace(".", "%2E") : escaped);
    }

    private static String named(String model) {
        return model.startsWith(PREFIX) || model.startsWith("tunedModels/")
                ? model
                : PREFIX + model;
    }

    @Override
    public Worded chat(ChatRequest asked, ModelTarget target) throws NotTranslatable {
        return GeminiRequestWriter.chat(asked, target, flavour);
    }

    @Override
    public AnswerReader answer(ModelTarget target, boolean streamed) {
        return new GeminiAnswerReader(target.model());
    }

    private static SettingsGroup config(String told, String name) {
        return SettingsGroup.setting(Set.of(told), "generationConfig." + name);
    }

    @Override
    public ProviderFitting fitting() {
        return new SettingsFit(
                new GeminiClientDialect(GeminiClientDialect.Form.EVENTS), this, SETTINGS);
    }

    @Override
    public Optional<ProviderCounting> counting() {
        return Optional.of(this);
    }

    @Override
    public Optional<ProviderEmbedding> embedding() {
        return Optional.of(this);
    }

    @Override
    public String countPath(String model) {
        return method(model, "countTokens");
    }

    @Override
    public Worded count(ChatRequest asked, ModelTarget target) throws NotTranslatable {
        return GeminiRequestWriter.count(asked, target, flavour, named(target.model()));
    }

    @Override
    public long counted(byte[] body) throws MalformedAnswer {
        long tokens = Json.count(Json.answer(body).path("totalTokens"));
        if (tokens < 0) {
            throw new MalformedAnswer("countTokens without totalTokens");
        }
        return tokens;
    }

    @Override
    public String embeddingsPath(String model) {
        return method(model, "batchEmbedContents");
    }

    /// What batchEmbedContents takes.
    @Override
    public int inputsMax() {
        return 100;
    }

    @Override
    public Worded embeddings(EmbeddingsRequest asked, ModelTarget target) {
        var dropped = new ArrayList<String>();
        ArrayNode requests = Json.array();
        for (String input : asked.inputs()) {
            ObjectNode request = requests.addObject().put("model", named(target.model()));
            request.putObject("content").putArray("parts").addObject().put("text", input);
            if (!asked.task().isEmpty()) {
                request.put("taskType", asked.task());
            }
            asked.dimensions()
                    .ifPresent(dimensions -> request.put("outputDimensionality", dimensions));
            for (Extra extra : asked.extras()) {
                if (EMBEDDING_FIELDS.contains(extra.field())) {
                    request.set(extra.field(), extra.value());
                }
            }
        }
        for (Extra extra : asked.extras()) {
            if (!EMBEDDING_FIELDS.contains(extra.field())) {
                dropped.add(extra.field());
            }
        }
        ObjectNode body = Json.object();
        body.set("requests", requests);
        return new Worded(Json.bytes(body), dropped);
    }

    /// Vectors that Gemini cut short are brought back to length 1, as every other provider's are.
    @Override
    public EmbeddingsAnswer embedded(byte[] body) throws MalformedAnswer {
        JsonNode answer = Json.answer(body);
        var vectors = new ArrayList<float[]>();
        if (answer.path("embeddings").isArray()) {
            for (JsonNode each : answer.path("embeddings").values()) {
                vectors.add(vector(each));
            }
        } else if (answer.path("embedding").isObject()) {
            vectors.add(vector(answer.path("embedding")));
        } else {
            throw new MalformedAnswer("an answer without embeddings");
        }
        var tally = new TokenTally();
        tally.prompt(answer.path("usageMetadata").path("promptTokenCount").asLong(-1));
        return new EmbeddingsAnswer("", List.copyOf(vectors), tally.usage());
    }

    private static float[] vector(JsonNode embedding) throws MalformedAnswer {
        JsonNode values = embedding.path("values");
        if (!values.isArray() || values.isEmpty()) {
            throw new MalformedAnswer("an embedding without values");
        }
        float[] vector = new float[values.size()];
        double squares = 0;
        for (int i = 0; i < vector.length; i++) {
            JsonNode value = values.get(i);
            vector[i] = value.isNumber() ? (float) value.asDouble(Double.NaN) : Float.NaN;
            if (!Float.isFinite(vector[i])) {
                throw new MalformedAnswer("an embedding with a value that is no number");
            }
            squares += (double) vector[i] * vector[i];
        }
        double length = Math.sqrt(squares);
        if (length > 0 && Double.isFinite(length) && Math.abs(length - 1) > 1e-3) {
            for (int i = 0; i < vector.length; i++) {
                vector[i] = (float) (vector[i] / length);
            }
        }
        return vector;
    }
}
