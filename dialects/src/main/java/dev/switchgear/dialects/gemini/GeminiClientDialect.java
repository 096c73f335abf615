package dev.switchgear.dialects.gemini;

import dev.switchgear.dialects.json.JsonText;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.Extra;
import dev.switchgear.families.llm.dialect.AnswerIdentity;
import dev.switchgear.families.llm.dialect.AnswerWriter;
import dev.switchgear.families.llm.dialect.ClientCounting;
import dev.switchgear.families.llm.dialect.ClientDialect;
import dev.switchgear.families.llm.dialect.ClientEmbedding;
import dev.switchgear.families.llm.dialect.EmbeddingsAnswer;
import dev.switchgear.families.llm.dialect.EmbeddingsRequest;
import dev.switchgear.families.llm.scan.ScanRules;
import dev.switchgear.families.llm.scan.ScanRules.Use;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Serves clients of generateContent.
///
/// Names may be in lowerCamelCase or snake_case. A field that this class does not know becomes an
/// extra rather than the 400 that Google gives: Google's API grows faster than we do, and a provider
/// that is Google judges it by itself. What is known but of a wrong type, and a part of a kind that
/// is not known, is an [InvalidBody].
public final class GeminiClientDialect implements ClientDialect, ClientCounting, ClientEmbedding {
    private static final ScanRules RULES =
            ScanRules.modelInPath()
                    .with(Use.SETTINGS, "generationConfig", "generation_config")
                    .with(Use.SETTINGS_BOUND, "maxOutputTokens", "max_output_tokens")
                    .with(Use.TURNS, "contents")
                    .with(Use.LIST, "requests")
                    .with(Use.TOOLS, "tools")
                    .with(Use.PROMPT, "content")
                    .with(Use.SYSTEM, "systemInstruction", "system_instruction")
                    .with(Use.REQUEST, "generateContentRequest", "generate_content_request");
    private final Form form;

    /// How the method that was called is answered. It stands in the path, not in the body.
    public enum Form {
        /// Streams are server-sent events (`alt=sse`); embeddings are one at a time.
        EVENTS,
        /// Streams are a JSON array.
        ARRAY,
        /// Many embeddings in a call.
        BATCH
    }

    public GeminiClientDialect(Form form) {
        this.form = form;
    }

    @Override
    public Dialect dialect() {
        return Dialect.GEMINI;
    }

    @Override
    public ChatRequest chat(byte[] body, String model, boolean streamed) throws InvalidBody {
        return GeminiRequestReader.read(GeminiFields.of(body), model, streamed, false);
    }

    @Override
    public AnswerWriter answer(ChatRequest asked, AnswerIdentity identity) {
        return new GeminiAnswerWriter(
                form == Form.ARRAY, asked.reasoning().shown().orElse(false), identity);
    }

    @Override
    public Optional<ClientCounting> counting() {
        return Optional.of(this);
    }

    @Override
    public Optional<ClientEmbedding> embedding() {
        return Optional.of(this);
    }

    @Override
    public ScanRules scanRules() {
        return RULES;
    }

    @Override
    public ChatRequest countable(byte[] body, String model) throws InvalidBody {
        GeminiFields fields = GeminiFields.of(body);
        var whole = fields.object("generateContentRequest");
        if (whole.isPresent() && fields.any("contents").isPresent()) {
            throw InvalidBody.param(
                    "contents", "given beside generateContentRequest (expected: one of them)");
        }
        return GeminiRequestReader.read(whole.orElse(fields), model, false, true);
    }

    @Override
    public byte[] counted(long tokens, boolean estimated) {
        return ("{\"totalTokens\": " + tokens + "}").getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public EmbeddingsRequest embeddings(byte[] body, String model) throws InvalidBody {
        GeminiFields fields = GeminiFields.of(body);
        if (form != Form.BATCH) {
            return embedding(fields, model);
        }
        List<GeminiFields> requests = fields.objects("requests");
        if (requests.isEmpty()) {
            throw InvalidBody.param("requests", "missing (expected: one or more)");
        }
        var inputs = new ArrayList<String>();
        EmbeddingsRequest first = embedding(requests.getFirst(), model);
        for (GeminiFields request : requests) {
            EmbeddingsRequest one = embedding(request, model);
            if (!one.dimensions().equals(first.dimensions()) || !one.task().equals(first.task())) {
                throw InvalidBody.param(
                        request.path(),
                        "another outputDimensionality or taskType than the first (expected: the"
                                + " same in all)");
            }
            inputs.addAll(one.inputs());
        }
        var extras = new ArrayList<>(first.extras());
        fields.rest((field, value) -> extras.add(new Extra(field, value)));
        return new EmbeddingsRequest(
                model, inputs, first.dimensions(), first.task(), false, extras);
    }

    private static EmbeddingsRequest embedding(GeminiFields request, String model)
            throws InvalidBody {
        request.text("model");
        var content = request.object("content");
        if (content.isEmpty()) {
            throw InvalidBody.param(request.path("content"), "missing (expected: a content)");
        }
        content.get().text("role");
        var text = new StringBuilder();
        List<GeminiFields> parts = content.get().objects("parts");
        for (GeminiFields part : parts) {
            var piece = part.text("text");
            if (piece.isEmpty()) {
                throw InvalidBody.param(part.path(), "no text (expected: a text part)");
            }
            text.append(piece.get());
        }
        if (parts.isEmpty()) {
            throw InvalidBody.param(
                    content.get().path("parts"), "must not be empty (expected: one or more)");
        }
        OptionalLong dimensions = request.integer("outputDimensionality");
        if (dimensions.isPresent() && dimensions.getAsLong() < 1) {
            throw InvalidBody.param(
                    request.path("outputDimensionality"),
                    dimensions.getAsLong() + " (expected: 1 or more)");
        }
        String task = request.text("taskType").orElse("");
        var extras = new ArrayList<Extra>();
        String before = request.path().isEmpty() ? "" : request.path() + ".";
        request.rest(
                (field, value) -> extras.add(new Extra(field.substring(before.length()), value)));
        return new EmbeddingsRequest(
                model, List.of(text.toString()), dimensions, task, false, extras);
    }

    @Override
    public byte[] embedded(EmbeddingsRequest asked, EmbeddingsAnswer answer) {
        var out = new ByteArrayOutputStream(answer.vectors().size() * 4096);
        JsonText.raw(out, form == Form.BATCH ? "{\"embeddings\": [" : "{\"embedding\": ");
        boolean first = true;
        for (float[] vector : answer.vectors()) {
            var json = new StringBuilder(vector.length * 13).append(first ? "" : ",");
            json.append("{\"values\": [");
            for (int i = 0; i < vector.length; i++) {
                json.append(i == 0 ? "" : ",").append(vector[i]);
            }
            JsonText.raw(out, json.append("]}"));
            first = false;
        }
        JsonText.raw(out, form == Form.BATCH ? "]}" : "}");
        return out.toByteArray();
    }
}
