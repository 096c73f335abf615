package dev.switchgear.simulator.ollama;

import dev.switchgear.core.time.Time;
import dev.switchgear.simulator.answer.Api;
import dev.switchgear.simulator.answer.ApiAnswer;
import dev.switchgear.simulator.answer.ApiErrorException;
import dev.switchgear.simulator.answer.ApiEvent;
import dev.switchgear.simulator.answer.ApiOperation;
import dev.switchgear.simulator.answer.Asked;
import dev.switchgear.simulator.http.Header;
import dev.switchgear.simulator.http.ReceivedHead;
import dev.switchgear.simulator.limit.Meter;
import dev.switchgear.simulator.mind.Dice;
import dev.switchgear.simulator.mind.Mind;
import dev.switchgear.simulator.mind.OfferedModel;
import dev.switchgear.simulator.mind.Reply;
import dev.switchgear.simulator.mind.Tokens;
import dev.switchgear.simulator.mind.Vectors;
import dev.switchgear.simulator.openai.Flavour;
import dev.switchgear.simulator.openai.OpenAiApi;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// One provider that speaks Ollama's API, with the OpenAI layer under `/v1`. Thread-safe; what it
/// says depends on its seed, the request and the request's number, but for limits.
public final class OllamaApi implements Api {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final String LATEST = ":latest";
    private static final String VERSION = "0.12.6";
    private static final String JSON_TYPE = "application/json; charset=utf-8";

    private final long seed;
    private final List<OfferedModel> models;
    private final List<String> keys;
    private final Meter meter;
    private final Time time;
    private final OpenAiApi layer;

    /// @param models what is installed; one called `*` stands for any name
    /// @param keys credentials accepted, as in the cloud; none means any, and none at all
    public OllamaApi(
            long seed, List<OfferedModel> models, List<String> keys, Meter meter, Time time) {
        this.seed = seed;
        this.models = List.copyOf(models);
        this.keys = List.copyOf(keys);
        this.meter = meter;
        this.time = time;
        this.layer = new OpenAiApi(Flavour.OLLAMA, seed, models, keys, meter, time);
    }

    private static boolean isLayer(Asked asked) {
        return asked.path().startsWith("/v1/");
    }

    @Override
    public Asked read(ReceivedHead head, String path, byte[] bytes) {
        Asked asked = layer.read(head, path, bytes);
        if (isLayer(asked)) {
            return asked;
        }
        ApiOperation operation =
                switch (path) {
                    case "/api/chat", "/api/generate" -> ApiOperation.CHAT;
                    case "/api/embed", "/api/embeddings" -> ApiOperation.EMBEDDINGS;
                    case "/api/tags", "/api/show", "/api/ps" -> ApiOperation.MODELS;
                    case "/", "/api/version" -> ApiOperation.OTHER;
                    default -> ApiOperation.UNKNOWN;
                };
        // Here a request streams unless it says otherwise.
        boolean streamed =
                asked.body().map(node -> node.path("stream").asBoolean(true)).orElse(false);
        return new Asked(
                operation,
                asked.method(),
                path,
                asked.key(),
                asked.body(),
                bytes,
                asked.model(),
                streamed && operation == ApiOperation.CHAT,
                head);
    }

    @Override
    public ApiAnswer answer(Asked asked, long number) {
        if (isLayer(asked)) {
            return layer.answer(asked, number);
        }
        try {
            return natively(asked, number);
        } catch (ApiErrorException e) {
            return failed(e);
        }
    }

    private ApiAnswer natively(Asked asked, long number) throws ApiErrorException {
        if (asked.path().equals("/")) {
            return text("Ollama is running");
        }
        if (!keys.isEmpty() && !keys.contains(asked.key())) {
            throw OllamaErrorShapes.of(401, asked.model());
        }
        return switch (asked.method() + " " + asked.path()) {
            case "POST /api/chat" -> said(asked, true, number);
            case "POST /api/generate" -> said(asked, false, number);
            case "POST /api/embed" -> embed(asked);
            case "POST /api/embeddings" -> embedOne(asked);
            case "POST /api/show" -> show(asked);
            case "GET /api/tags", "HEAD /api/tags" -> tags();
            case "GET /api/ps" -> running();
            case "GET /api/version", "HEAD /api/version" ->
                    json(NODES.objectNode().put("version", VERSION));
            default -> {
                boolean known = asked.operation() != ApiOperation.UNKNOWN;
                throw OllamaErrorShapes.error(
                        known ? 405 : 404, known ? "method not allowed" : "404 page not found");
            }
        };
    }

    private ApiAnswer said(Asked asked, boolean chat, long number) throws ApiErrorException {
        JsonNode body = body(asked);
        String name = name(body);
        OllamaRequest request = OllamaRequest.of(body, name, model(name), chat);
        charge(asked, request.promptTokens() + 16L);
        RandomGenerator identity = Dice.of(seed, "identity", Long.toString(number), asked.bytes());
        Reply reply =
                request.load()
                        ? new Reply(List.of(), List.of(), List.of(), Reply.End.NATURAL, "")
                        : Mind.reply(request.question(), wording(request));
        var lines = new OllamaLines(request, reply, now(identity), identity);
        return request.streamed()
                ? new ApiAnswer.Streamed(200, streamHeaders(asked, number), lines)
                : whole(200, lines.whole(), reply.tokens());
    }

    private RandomGenerator wording(OllamaRequest request) {
        return Dice.of(seed, request.model().id(), request.allText(), "0");
    }

    /// The moment, with as many digits behind the second as this server writes.
    private Instant now(RandomGenerator identity) {
        return Instant.ofEpochSecond(
                time.instant().getEpochSecond(), 1000L * (1 + identity.nextInt(999_999)));
    }

    private ApiAnswer embed(Asked asked) throws ApiErrorException {
        JsonNode body = body(asked);
        String name = name(body);
        OfferedModel model = embedder(name);
        List<String> texts = new ArrayList<>();
        JsonNode input = body.path("input");
        if (input.isString()) {
            texts.add(input.stringValue());
        } else if (input.isArray()) {
            for (JsonNode text : input) {
                if (!text.isString()) {
                    throw OllamaErrorShapes.invalid("invalid input type");
                }
                texts.add(text.stringValue());
            }
        } else {
            throw OllamaErrorShapes.invalid("invalid input type");
        }
        int dimensions =
                Math.min(body.path("dimensions").asInt(model.dimensions()), model.dimensions());
        ObjectNode root = NODES.objectNode().put("model", name);
        ArrayNode all = root.putArray("embeddings");
        int tokens = 0;
        for (String text : texts) {
            all.add(vector(text, dimensions, model));
            tokens += Tokens.estimate(text);
        }
        charge(asked, tokens);
        root.put("total_duration", 1_000_000L * (tokens + 1));
        root.put("load_duration", 1_000_000L);
        return json(root.put("prompt_eval_count", tokens));
    }

    /// The old form: one prompt, one vector.
    private ApiAnswer embedOne(Asked asked) throws ApiErrorException {
        JsonNode body = body(asked);
        OfferedModel model = embedder(name(body));
        String prompt = body.path("prompt").asString("");
        charge(asked, Tokens.estimate(prompt));
        ObjectNode root = NODES.objectNode();
        root.set("embedding", vector(prompt, model.dimensions(), model));
        return json(root);
    }

    private OfferedModel embedder(String name) throws ApiErrorException {
        OfferedModel model = model(name);
        if (model.purpose() != OfferedModel.Purpose.EMBEDDING) {
            throw OllamaErrorShapes.invalid("this model does not support embeddings");
        }
        return model;
    }

    private ArrayNode vector(String text, int dimensions, OfferedModel model) {
        ArrayNode numbers = NODES.arrayNode();
        for (float value :
                Vectors.embed(text, Math.max(1, dimensions), seed ^ model.id().hashCode())) {
            numbers.add(value);
        }
        return numbers;
    }

    private ApiAnswer show(Asked asked) throws ApiErrorException {
        JsonNode body = body(asked);
        OfferedModel model = model(body.path("model").asString(body.path("name").asString("")));
        ObjectNode root = NODES.objectNode();
        root.put("modelfile", "FROM " + model.id());
        root.put("parameters", "num_ctx " + model.context());
        root.put("template", "{{ .Prompt }}");
        root.set("details", details(model));
        String family = Capabilities.family(model);
        root.putObject("model_info")
                .put("general.architecture", family)
                .put(family + ".context_length", model.context())
                .put(family + ".embedding_length", Math.max(768, model.dimensions()));
        ArrayNode capabilities = root.putArray("capabilities");
        Capabilities.of(model).forEach(capabilities::add);
        return json(root.put("modified_at", modified(model)));
    }

    private ApiAnswer tags() {
        ObjectNode root = NODES.objectNode();
        ArrayNode list = root.putArray("models");
        for (OfferedModel model : models) {
            if (!model.id().equals("*")) {
                list.add(described(model).put("modified_at", modified(model)));
            }
        }
        return json(root);
    }

    /// The first model is held loaded.
    private ApiAnswer running() {
        ObjectNode root = NODES.objectNode();
        ArrayNode list = root.putArray("models");
        OfferedModel model = models.getFirst();
        list.add(
                described(model)
                        .put("expires_at", time.instant().plus(Duration.ofMinutes(5)).toString())
                        .put("size_vram", size(model))
                        .put("context_length", model.context()));
        return json(root);
    }

    private ObjectNode described(OfferedModel model) {
        String tagged = model.id().contains(":") ? model.id() : model.id() + LATEST;
        ObjectNode node = NODES.objectNode();
        node.put("name", tagged).put("model", tagged);
        node.put("size", size(model));
        node.put("digest", Dice.hex(Dice.of(seed, "digest", model.id()), 64));
        node.set("details", details(model));
        return node;
    }

    private static ObjectNode details(OfferedModel model) {
        String family = Capabilities.family(model);
        ObjectNode node = NODES.objectNode();
        node.put("parent_model", "").put("format", "gguf").put("family", family);
        node.putArray("families").add(family);
        return node.put("parameter_size", "8.0B").put("quantization_level", "Q4_K_M");
    }

    private long size(OfferedModel model) {
        return 1_000_000_000L + Dice.of(seed, "size", model.id()).nextInt(1_000_000_000);
    }

    private static String modified(OfferedModel model) {
        return Instant.ofEpochSecond(model.created()).toString();
    }

    private static JsonNode body(Asked asked) throws ApiErrorException {
        if (asked.body().isPresent()) {
            return asked.body().get();
        }
        if (asked.bytes().length == 0) {
            throw OllamaErrorShapes.invalid("missing request body");
        }
        throw OllamaErrorShapes.invalid("invalid character in the request body: not JSON");
    }

    private static String name(JsonNode body) throws ApiErrorException {
        String name = body.path("model").asString("");
        if (name.isEmpty()) {
            throw OllamaErrorShapes.invalid("model is required");
        }
        return name;
    }

    private OfferedModel model(String name) throws ApiErrorException {
        String bare = bare(name);
        for (OfferedModel model : models) {
            if (bare(model.id()).equals(bare)) {
                return model;
            }
        }
        if (models.stream().anyMatch(model -> model.id().equals("*"))) {
            return Flavour.OLLAMA.known(bare).orElseGet(() -> OfferedModel.chat(name));
        }
        throw OllamaErrorShapes.error(404, "model '" + name + "' not found");
    }

    private static String bare(String name) {
        return name.endsWith(LATEST) ? name.substring(0, name.length() - LATEST.length()) : name;
    }

    private void charge(Asked asked, long tokens) throws ApiErrorException {
        if (!meter.take(asked.key(), tokens).admitted()) {
            throw OllamaErrorShapes.of(503, asked.model());
        }
    }

    @Override
    public ApiAnswer.Whole error(
            Asked asked, int status, String code, String message, long number) {
        if (isLayer(asked)) {
            return layer.error(asked, status, code, message, number);
        }
        return failed(OllamaErrorShapes.of(status, asked.model()).saying(message));
    }

    @Override
    public ApiAnswer.Whole rejected(Asked asked, long number) {
        return isLayer(asked)
                ? layer.rejected(asked, number)
                : failed(OllamaErrorShapes.of(401, asked.model()));
    }

    @Override
    public Optional<ApiAnswer> limited(Asked asked, Meter other, long number) {
        if (isLayer(asked)) {
            return layer.limited(asked, other, number);
        }
        return other.take(asked.key(), asked.bytes().length / 4).admitted()
                ? Optional.empty()
                : Optional.of(failed(OllamaErrorShapes.of(503, asked.model())));
    }

    @Override
    public List<Header> streamHeaders(Asked asked, long number) {
        return isLayer(asked)
                ? layer.streamHeaders(asked, number)
                : List.of(new Header("content-type", "application/x-ndjson"));
    }

    @Override
    public List<ApiEvent> failure(Asked asked, int sent, String code, String message, long number) {
        if (isLayer(asked)) {
            return layer.failure(asked, sent, code, message, number);
        }
        ApiErrorException error =
                OllamaErrorShapes.of(500, asked.model()).saying(code).saying(message);
        byte[] line = (OllamaErrorShapes.node(error) + "\n").getBytes(StandardCharsets.UTF_8);
        return List.of(new ApiEvent(ApiEvent.Part.TERMINAL, line));
    }

    private static ApiAnswer.Whole failed(ApiErrorException error) {
        String root = OllamaErrorShapes.node(error).toString();
        return whole(error.status(), root.getBytes(StandardCharsets.UTF_8), 0);
    }

    private static ApiAnswer.Whole json(ObjectNode root) {
        return whole(200, root.toString().getBytes(StandardCharsets.UTF_8), 0);
    }

    private static ApiAnswer.Whole text(String words) {
        return new ApiAnswer.Whole(
                200,
                List.of(new Header("content-type", "text/plain; charset=utf-8")),
                words.getBytes(StandardCharsets.UTF_8),
                0);
    }

    private static ApiAnswer.Whole whole(int status, byte[] body, int tokens) {
        return new ApiAnswer.Whole(
                status, List.of(new Header("content-type", JSON_TYPE)), body, tokens);
    }
}
