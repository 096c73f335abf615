package dev.switchgear.simulator.gemini;

import dev.switchgear.core.time.Time;
import dev.switchgear.simulator.answer.Api;
import dev.switchgear.simulator.answer.ApiAnswer;
import dev.switchgear.simulator.answer.ApiErrorException;
import dev.switchgear.simulator.answer.ApiEvent;
import dev.switchgear.simulator.answer.ApiOperation;
import dev.switchgear.simulator.answer.Asked;
import dev.switchgear.simulator.cache.CacheUse;
import dev.switchgear.simulator.cache.PrefixCache;
import dev.switchgear.simulator.gemini.Proto.Message;
import dev.switchgear.simulator.http.Header;
import dev.switchgear.simulator.http.ReceivedHead;
import dev.switchgear.simulator.limit.Meter;
import dev.switchgear.simulator.mind.Dice;
import dev.switchgear.simulator.mind.OfferedModel;
import dev.switchgear.simulator.mind.OfferedModel.Purpose;
import dev.switchgear.simulator.seal.Signatures;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// One provider that speaks Google's Gemini API. Thread-safe; what it says depends on its seed, the
/// request and the request's number, and nothing it says changes what it says next, but for rate
/// limits and how much of a prompt its cache knew.
public final class GeminiApi implements Api {
    private static final String ANY_MODEL = "*";
    private static final Pattern CALL = Pattern.compile("/(v1|v1beta)/models/([^/:]+):([A-Za-z]+)");
    private static final Pattern LIST = Pattern.compile("/(v1|v1beta)/models(?:/([^/:]+))?");
    private static final String JSON_TYPE = "application/json; charset=UTF-8";
    private static final int PAGE = 50;
    private static final int PAGE_MAX = 1000;

    private final long seed;
    private final List<OfferedModel> models;
    private final List<String> keys;
    private final Meter meter;
    private final Signatures signatures;
    private final PrefixCache cache;

    /// @param models what is offered; one called `*` stands for any name
    /// @param keys credentials accepted; none means any, and none at all
    public GeminiApi(
            long seed, List<OfferedModel> models, List<String> keys, Meter meter, Time time) {
        this.seed = seed;
        this.models = List.copyOf(models);
        this.keys = List.copyOf(keys);
        this.meter = meter;
        this.signatures = new Signatures(seed);
        this.cache = new PrefixCache(time);
    }

    @Override
    public Asked read(ReceivedHead head, String path, byte[] bytes) {
        Matcher call = CALL.matcher(path);
        boolean calls = call.matches();
        String method = calls ? call.group(3) : "";
        ApiOperation operation =
                switch (method) {
                    case "generateContent", "streamGenerateContent" -> ApiOperation.CHAT;
                    case "countTokens" -> ApiOperation.TOKENS;
                    case "embedContent", "batchEmbedContents" -> ApiOperation.EMBEDDINGS;
                    default ->
                            LIST.matcher(path).matches()
                                    ? ApiOperation.MODELS
                                    : ApiOperation.UNKNOWN;
                };
        return new Asked(
                operation,
                head.method(),
                path,
                key(head),
                Asked.object(bytes),
                bytes,
                calls ? call.group(2) : "",
                method.equals("streamGenerateContent"),
                head);
    }

    private static String key(ReceivedHead head) {
        String parameter = head.parameter("key");
        String asked =
                parameter.isEmpty()
                        ? Asked.bearer(head)
                        : URLDecoder.decode(parameter, StandardCharsets.UTF_8);
        return head.header("x-goog-api-key").orElse(asked);
    }

    @Override
    public ApiAnswer answer(Asked asked, long number) {
        try {
            return carried(asked, number);
        } catch (ApiErrorException e) {
            return failed(asked, e, number);
        }
    }

    @Override
    public ApiAnswer.Whole error(
            Asked asked, int status, String code, String message, long number) {
        return failed(asked, worded(asked, status, code, message, Optional.empty()), number);
    }

    /// Says the pause in the details, as the API does; there is no header.
    @Override
    public ApiAnswer.Whole error(
            Asked asked,
            int status,
            String code,
            String message,
            Duration retryAfter,
            long number) {
        return failed(asked, worded(asked, status, code, message, Optional.of(retryAfter)), number);
    }

    @Override
    public ApiAnswer.Whole rejected(Asked asked, long number) {
        return failed(
                asked, GeminiErrorShapes.key("API key expired. Please renew the API key."), number);
    }

    @Override
    public Optional<ApiAnswer> limited(Asked asked, Meter other, long number) {
        Meter.Reading reading = other.take(asked.key(), asked.bytes().length / 4);
        return reading.admitted()
                ? Optional.empty()
                : Optional.of(failed(asked, limit(asked, other, reading), number));
    }

    @Override
    public List<Header> streamHeaders(Asked asked, long number) {
        return headers(number, unframed(asked) ? JSON_TYPE : "text/event-stream");
    }

    /// An error stands in a `data:` line as the first event, and bare, on several lines, behind good
    /// ones: clients are known to meet both. An array of responses gets it as its last element.
    @Override
    public List<ApiEvent> failure(Asked asked, int sent, String code, String message, long number) {
        String status = code.isEmpty() ? "UNAVAILABLE" : code;
        ApiErrorException error =
                worded(asked, GeminiErrorShapes.code(status), status, message, Optional.empty());
        ObjectNode node = GeminiErrorShapes.node(error);
        String text;
        if (unframed(asked)) {
            text = (sent == 0 ? "[" : sent == 1 ? "" : "\r\n,") + node.toPrettyString() + "]";
        } else {
            text = sent == 0 ? "data: " + node + "\r\n\r\n" : node.toPrettyString() + "\n";
        }
        return List.of(new ApiEvent(ApiEvent.Part.TERMINAL, text.getBytes(StandardCharsets.UTF_8)));
    }

    private static boolean unframed(Asked asked) {
        return asked.streamed() && !asked.head().parameter("alt").equals("sse");
    }

    private static ApiErrorException worded(
            Asked asked, int status, String code, String message, Optional<Duration> retryAfter) {
        return GeminiErrorShapes.of(status, code, asked.model(), retryAfter).saying(message);
    }

    /// A stream without `alt=sse` gets its error in an array.
    private ApiAnswer.Whole failed(Asked asked, ApiErrorException error, long number) {
        ObjectNode node = GeminiErrorShapes.node(error);
        String text =
                unframed(asked)
                        ? JsonNodeFactory.instance.arrayNode().add(node).toPrettyString()
                        : node.toPrettyString();
        return new ApiAnswer.Whole(
                error.status(),
                headers(number, JSON_TYPE),
                (text + "\n").getBytes(StandardCharsets.UTF_8),
                0);
    }

    private ApiAnswer carried(Asked asked, long number) throws ApiErrorException {
        authenticate(asked);
        if (asked.operation() == ApiOperation.UNKNOWN || !fits(asked)) {
            throw GeminiErrorShapes.error(
                    404, "NOT_FOUND", "Requested entity was not found.", List.of());
        }
        if (asked.operation() == ApiOperation.MODELS) {
            return models(asked, number);
        }
        JsonNode body =
                asked.body()
                        .orElseThrow(() ->
                                GeminiErrorShapes.field(
                                        "",
                                        "Invalid JSON payload received. Expected an object.\n"));
        return switch (asked.operation()) {
            case CHAT -> generated(asked, body, number);
            case TOKENS -> counted(asked, body, number);
            default -> embedded(asked, body, number);
        };
    }

    private static boolean fits(Asked asked) {
        return asked.method().equals(asked.operation() == ApiOperation.MODELS ? "GET" : "POST");
    }

    private void authenticate(Asked asked) throws ApiErrorException {
        if (keys.isEmpty() || keys.contains(asked.key())) {
            return;
        }
        if (asked.key().isEmpty()) {
            throw GeminiErrorShapes.error(
                    403,
                    "PERMISSION_DENIED",
                    "Method doesn't allow unregistered callers (callers without established"
                            + " identity). Please use API Key or other form of API consumer"
                            + " identity to call this API.",
                    List.of());
        }
        boolean bearer =
                asked.head().header("x-goog-api-key").isEmpty()
                        && asked.head().parameter("key").isEmpty();
        throw bearer
                ? GeminiErrorShapes.of(401, "", asked.model(), Optional.empty())
                : GeminiErrorShapes.key("API key not valid. Please pass a valid API key.");
    }

    private OfferedModel model(Asked asked, boolean embeds) throws ApiErrorException {
        String method = asked.path().substring(asked.path().indexOf(':') + 1);
        return find(asked.model())
                .filter(model -> (model.purpose() == Purpose.EMBEDDING) == embeds)
                .orElseThrow(() ->
                        GeminiErrorShapes.error(
                                404,
                                "NOT_FOUND",
                                "models/"
                                        + asked.model()
                                        + " is not found for API version "
                                        + asked.path().split("/", 3)[1]
                                        + ", or is not supported for "
                                        + method
                                        + ". Call ListModels to see the list of available models"
                                        + " and their supported methods.",
                                List.of()));
    }

    private Optional<OfferedModel> find(String id) {
        for (OfferedModel model : models) {
            if (model.id().equals(id) || model.snapshot().equals(id)) {
                return Optional.of(model);
            }
        }
        boolean any = models.stream().anyMatch(model -> model.id().equals(ANY_MODEL));
        return any ? Optional.of(GeminiModels.named(id)) : Optional.empty();
    }

    private ApiAnswer generated(Asked asked, JsonNode body, long number) throws ApiErrorException {
        OfferedModel model = model(asked, false);
        ObjectNode read = Proto.read(body, Message.GENERATE);
        GenerateRequest request = GenerateRequest.of(read, model, signatures, asked.key());
        charge(asked, request.promptTokens());
        RandomGenerator identity = Dice.of(seed, "identity", Long.toString(number), asked.bytes());
        Generated generated =
                Generated.of(request, seed, signatures, asked.key(), identity)
                        .with(known(asked, request, read));
        if (asked.streamed()) {
            return new ApiAnswer.Streamed(
                    200,
                    streamHeaders(asked, number),
                    new GeneratedStream(generated, unframed(asked)));
        }
        int tokens = generated.reply().thoughts().size() + generated.answerTokens();
        return whole(generated.whole(), number, tokens);
    }

    /// What of the prompt this key and model sent before, as models from 2.5 on remember it.
    private CacheUse known(Asked asked, GenerateRequest request, ObjectNode body) {
        PrefixCache.Rule rule = request.generation().remembers();
        int tokens = request.promptTokens();
        if (tokens < rule.tokensMin()) {
            return CacheUse.NONE;
        }
        String owner = asked.key() + '\n' + request.model().id();
        return cache.use(owner, Contents.blocks(body), rule).within(tokens);
    }

    private ApiAnswer counted(Asked asked, JsonNode body, long number) throws ApiErrorException {
        model(asked, false);
        ObjectNode read = Proto.read(body, Message.COUNT);
        JsonNode inner = read.path("generateContentRequest");
        JsonNode counted = inner.isObject() ? inner : read;
        Contents contents = Contents.read(counted.path("contents"), "CountTokensRequest");
        Map<String, Integer> tokens = contents.tokens();
        tokens.merge("TEXT", GenerateRequest.overhead(counted), Integer::sum);
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("totalTokens", tokens.values().stream().mapToInt(Integer::intValue).sum());
        Generated.details(root.putArray("promptTokensDetails"), tokens);
        return whole(root, number, 0);
    }

    private ApiAnswer embedded(Asked asked, JsonNode body, long number) throws ApiErrorException {
        OfferedModel model = model(asked, true);
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        charge(asked, asked.bytes().length / 4);
        if (asked.path().endsWith(":embedContent")) {
            ObjectNode read = Proto.read(body, Message.EMBED);
            root.set("embedding", GeminiEmbeddingsApi.embedding(read, model, seed, ""));
            return whole(root, number, 0);
        }
        JsonNode requests = Proto.read(body, Message.BATCH_EMBED).path("requests");
        if (requests.isEmpty() || requests.size() > GeminiEmbeddingsApi.BATCH_MAX) {
            throw GeminiErrorShapes.invalid(
                    requests.isEmpty()
                            ? "* BatchEmbedContentsRequest.requests: requests is not specified\n"
                            : "* BatchEmbedContentsRequest.requests: at most 100 requests can be in"
                                    + " one batch\n");
        }
        ArrayNode embeddings = root.putArray("embeddings");
        for (int i = 0; i < requests.size(); i++) {
            String named = requests.get(i).path("model").asString("");
            if (!named.equals("models/" + asked.model())) {
                throw GeminiErrorShapes.invalid(
                        "* BatchEmbedContentsRequest.requests["
                                + i
                                + "].model: "
                                + (named.isEmpty()
                                        ? "model is required\n"
                                        : "model must match the model in the path\n"));
            }
            String at = "requests[" + i + "].";
            embeddings.add(GeminiEmbeddingsApi.embedding(requests.get(i), model, seed, at));
        }
        return whole(root, number, 0);
    }

    private ApiAnswer models(Asked asked, long number) throws ApiErrorException {
        Matcher path = LIST.matcher(asked.path());
        String id = path.matches() ? Optional.ofNullable(path.group(2)).orElse("") : "";
        if (!id.isEmpty()) {
            OfferedModel model =
                    find(id).orElseThrow(() ->
                            GeminiErrorShapes.error(
                                    404,
                                    "NOT_FOUND",
                                    "Model is not found: models/" + id,
                                    List.of()));
            return whole(describe(model), number, 0);
        }
        List<OfferedModel> all =
                models.stream().filter(model -> !model.id().equals(ANY_MODEL)).toList();
        int size = number(asked, "pageSize", PAGE);
        int from = number(asked, "pageToken", 0);
        if (size < 1 || from > all.size()) {
            throw GeminiErrorShapes.invalid("Invalid page size or page token.");
        }
        int to = Math.min(all.size(), from + Math.min(size, PAGE_MAX));
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        ArrayNode list = root.putArray("models");
        all.subList(from, to).forEach(model -> list.add(describe(model)));
        if (to < all.size()) {
            root.put("nextPageToken", Integer.toString(to));
        }
        return whole(root, number, 0);
    }

    private static int number(Asked asked, String name, int otherwise) throws ApiErrorException {
        String given = asked.head().parameter(name);
        if (given.isEmpty()) {
            return otherwise;
        }
        if (!given.matches("\\d{1,6}")) {
            throw GeminiErrorShapes.invalid("Invalid value at '" + Proto.snake(name) + "'");
        }
        return Integer.parseInt(given);
    }

    private static ObjectNode describe(OfferedModel model) {
        boolean embeds = model.purpose() == Purpose.EMBEDDING;
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("name", "models/" + model.id());
        node.put("version", "001");
        node.put("displayName", model.id());
        node.put("description", "A simulated model.");
        node.put("inputTokenLimit", model.context());
        node.put("outputTokenLimit", embeds ? 1 : model.maxOutput());
        ArrayNode methods = node.putArray("supportedGenerationMethods");
        if (embeds) {
            methods.add("embedContent").add("batchEmbedContents");
            return node;
        }
        methods.add("generateContent").add("countTokens");
        node.put("temperature", 1).put("topP", 0.95).put("topK", 64).put("maxTemperature", 2);
        if (Generation.of(model.id()).thinks()) {
            node.put("thinking", true);
        }
        return node;
    }

    private void charge(Asked asked, long tokens) throws ApiErrorException {
        Meter.Reading reading = meter.take(asked.key(), tokens);
        if (!reading.admitted()) {
            throw limit(asked, meter, reading);
        }
    }

    private static ApiErrorException limit(Asked asked, Meter limits, Meter.Reading reading) {
        boolean tokens = reading.byTokens();
        return GeminiErrorShapes.exhausted(
                429,
                tokens
                        ? "GenerateContentPaidTierInputTokensPerModelPerMinute"
                        : "GenerateRequestsPerMinutePerProjectPerModel",
                tokens ? limits.limits().tokens() : limits.limits().requests(),
                asked.model(),
                Optional.of(reading.delay()));
    }

    private List<Header> headers(long number, String type) {
        RandomGenerator random = Dice.of(seed, "timing", Long.toString(number));
        return List.of(
                new Header("content-type", type),
                new Header("server", "scaffolding on HTTPServer2"),
                new Header("server-timing", "gfet4t7; dur=" + (20 + random.nextInt(400))));
    }

    private ApiAnswer.Whole whole(ObjectNode root, long number, int tokens) {
        byte[] body = (root.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
        return new ApiAnswer.Whole(200, headers(number, JSON_TYPE), body, tokens);
    }
}
