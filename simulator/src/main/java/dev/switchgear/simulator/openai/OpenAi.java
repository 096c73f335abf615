package dev.switchgear.simulator.openai;

import dev.switchgear.core.time.Time;
import dev.switchgear.simulator.answer.Answer;
import dev.switchgear.simulator.answer.Api;
import dev.switchgear.simulator.answer.Asked;
import dev.switchgear.simulator.answer.Event;
import dev.switchgear.simulator.answer.Operation;
import dev.switchgear.simulator.http.Header;
import dev.switchgear.simulator.http.RequestHead;
import dev.switchgear.simulator.limit.Meter;
import dev.switchgear.simulator.mind.Dice;
import dev.switchgear.simulator.mind.Model;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.random.RandomGenerator;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// One provider that speaks OpenAI's API. Thread-safe; what it says depends on its seed, the request
/// and the request's number, and nothing it says changes what it says next, but for rate limits.
public final class OpenAi implements Api {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String ANY_MODEL = "*";
    private static final String JSON_TYPE = "application/json";
    private static final String STREAM_TYPE = "text/event-stream; charset=utf-8";

    private final long seed;
    private final List<Model> models;
    private final List<String> keys;
    private final Meter meter;
    private final Time time;

    /// @param models what is offered; one called `*` stands for any name
    /// @param keys credentials accepted; none means any, and none at all
    public OpenAi(long seed, List<Model> models, List<String> keys, Meter meter, Time time) {
        this.seed = seed;
        this.models = List.copyOf(models);
        this.keys = List.copyOf(keys);
        this.meter = meter;
        this.time = time;
    }

    /// What `path`, which no longer names the provider, asks for.
    public static Operation operation(String path) {
        if (path.equals("/v1/chat/completions")) {
            return Operation.CHAT;
        }
        if (path.equals("/v1/embeddings")) {
            return Operation.EMBEDDINGS;
        }
        return path.equals("/v1/models") || path.startsWith("/v1/models/")
                ? Operation.MODELS
                : Operation.UNKNOWN;
    }

    @Override
    public Asked read(RequestHead head, String path, byte[] bytes) {
        Optional<JsonNode> body = parse(bytes).filter(JsonNode::isObject);
        return new Asked(
                operation(path),
                head.method(),
                path,
                head.header("authorization").map(OpenAi::bearer).orElse(""),
                body,
                bytes,
                body.map(node -> node.path("model").asString("")).orElse(""),
                body.map(node -> node.path("stream").asBoolean(false)).orElse(false),
                head);
    }

    private static Optional<JsonNode> parse(byte[] bytes) {
        try {
            return Optional.of(JSON.readTree(bytes));
        } catch (JacksonException _) {
            // The answer says that the body is no JSON.
            return Optional.empty();
        }
    }

    private static String bearer(String authorization) {
        return authorization.regionMatches(true, 0, "Bearer ", 0, 7)
                ? authorization.substring(7).trim()
                : "";
    }

    @Override
    public Answer answer(Asked asked, long number) {
        RandomGenerator identity = Dice.of(seed, "identity", Long.toString(number), asked.bytes());
        List<Header> headers = headers(identity);
        try {
            return answer(asked, identity, headers);
        } catch (ApiErrorException e) {
            return whole(e.status(), headers, Errors.body(e), 0);
        }
    }

    @Override
    public Answer.Whole error(Asked asked, int status, String code, String message, long number) {
        RandomGenerator identity = Dice.of(seed, "error", Long.toString(number));
        List<Header> headers = headers(identity);
        if (status == 401) {
            headers.add(challenge());
        }
        ApiErrorException error = worded(status, code, message);
        return whole(status, headers, Errors.body(error), 0);
    }

    @Override
    public List<Event> failure(Asked asked, int sent, String code, String message, long number) {
        byte[] event = Errors.event(worded(500, code, message));
        return List.of(new Event(Event.Part.TERMINAL, event));
    }

    @Override
    public List<Header> streamHeaders(Asked asked, long number) {
        List<Header> headers = headers(Dice.of(seed, "error", Long.toString(number)));
        headers.addFirst(new Header("content-type", STREAM_TYPE));
        return headers;
    }

    @Override
    public Answer.Whole rejected(Asked asked, long number) {
        List<Header> headers = headers(Dice.of(seed, "error", Long.toString(number)));
        headers.add(challenge());
        return whole(401, headers, Errors.body(incorrect(asked.key())), 0);
    }

    @Override
    public Optional<Answer> limited(Asked asked, Meter other, long number) {
        Meter.Reading reading = other.take(asked.key(), estimate(asked));
        if (reading.admitted()) {
            return Optional.empty();
        }
        List<Header> headers = headers(Dice.of(seed, "error", Long.toString(number)));
        ApiErrorException error = limit(asked, other, reading, headers);
        return Optional.of(whole(error.status(), headers, Errors.body(error), 0));
    }

    private static ApiErrorException worded(int status, String code, String message) {
        ApiErrorException usual = Errors.of(status, code);
        return message.isEmpty()
                ? usual
                : new ApiErrorException(status, usual.type(), "", usual.code(), message);
    }

    private Answer answer(Asked asked, RandomGenerator identity, List<Header> headers)
            throws ApiErrorException {
        authenticate(asked, headers);
        return switch (asked.operation()) {
            case CHAT -> {
                require(asked, "POST");
                yield chat(asked, identity, headers);
            }
            case EMBEDDINGS -> {
                require(asked, "POST");
                yield embeddings(asked, headers);
            }
            case MODELS -> {
                require(asked, "GET");
                yield models(asked, headers);
            }
            case TOKENS, UNKNOWN ->
                    throw new ApiErrorException(
                            404,
                            "invalid_request_error",
                            "",
                            "",
                            "Invalid URL (" + asked.method() + " " + asked.path() + ")");
        };
    }

    private void authenticate(Asked asked, List<Header> headers) throws ApiErrorException {
        if (keys.isEmpty() || keys.contains(asked.key())) {
            return;
        }
        headers.add(challenge());
        if (asked.key().isEmpty()) {
            throw new ApiErrorException(
                    401,
                    "invalid_request_error",
                    "",
                    "",
                    "You didn't provide an API key. You need to provide your API key in an"
                            + " Authorization header using Bearer auth (i.e. Authorization: Bearer"
                            + " YOUR_KEY). You can obtain an API key from"
                            + " https://platform.openai.com/account/api-keys.");
        }
        throw incorrect(asked.key());
    }

    private static Header challenge() {
        return new Header("www-authenticate", "Bearer realm=\"OpenAI API\"");
    }

    private static ApiErrorException incorrect(String key) {
        String shown =
                key.length() < 12
                        ? "***"
                        : key.substring(0, 3) + "***" + key.substring(key.length() - 4);
        return new ApiErrorException(
                401,
                "invalid_request_error",
                "",
                "invalid_api_key",
                "Incorrect API key provided: "
                        + shown
                        + ". You can find your API key at"
                        + " https://platform.openai.com/account/api-keys.");
    }

    private static void require(Asked asked, String method) throws ApiErrorException {
        if (!asked.method().equals(method)) {
            throw new ApiErrorException(
                    405,
                    "invalid_request_error",
                    "",
                    "method_not_supported",
                    "Not allowed to " + asked.method() + " on " + asked.path() + ".");
        }
    }

    private static JsonNode body(Asked asked) throws ApiErrorException {
        return asked.body()
                .orElseThrow(() ->
                        ApiErrorException.invalid(
                                "",
                                "",
                                "We could not parse the JSON body of your request. (HINT:"
                                        + " This likely means you aren't using your HTTP"
                                        + " library correctly. The OpenAI API expects a"
                                        + " JSON payload, but what was sent was not valid"
                                        + " JSON.)"));
    }

    private Model model(JsonNode body) throws ApiErrorException {
        String id = body.path("model").asString("");
        if (id.isEmpty()) {
            throw ApiErrorException.invalid("", "", "you must provide a model parameter");
        }
        return find(id).orElseThrow(() ->
                new ApiErrorException(
                        404,
                        "invalid_request_error",
                        "",
                        "model_not_found",
                        "The model `"
                                + id
                                + "` does not exist or you do not have access to"
                                + " it."));
    }

    private Optional<Model> find(String id) {
        for (Model model : models) {
            if (model.id().equals(id) || model.snapshot().equals(id)) {
                return Optional.of(model);
            }
        }
        boolean any = models.stream().anyMatch(model -> model.id().equals(ANY_MODEL));
        return any
                ? Optional.of(OpenAiModels.known(id).orElseGet(() -> Model.chat(id)))
                : Optional.empty();
    }

    private Answer chat(Asked asked, RandomGenerator identity, List<Header> headers)
            throws ApiErrorException {
        JsonNode body = body(asked);
        ChatRequest request = ChatRequest.of(body, model(body));
        charge(asked, request.reserve(body), headers);
        Completion completion =
                ChatModel.complete(request, seed, identity, time.instant().getEpochSecond());
        if (request.streamed()) {
            headers.addFirst(new Header("content-type", STREAM_TYPE));
            RandomGenerator padding = Dice.of(seed, completion.id());
            return new Answer.Streamed(200, headers, new ChatStream(request, completion, padding));
        }
        return whole(200, headers, ChatAnswer.body(request, completion), completion.tokens());
    }

    private Answer embeddings(Asked asked, List<Header> headers) throws ApiErrorException {
        JsonNode body = body(asked);
        Embeddings.Request request = Embeddings.read(body, model(body));
        charge(asked, request.tokens(), headers);
        return whole(200, headers, Embeddings.body(request, seed), 0);
    }

    private Answer models(Asked asked, List<Header> headers) throws ApiErrorException {
        if (asked.path().equals("/v1/models")) {
            ObjectNode root = JsonNodeFactory.instance.objectNode();
            root.put("object", "list");
            ArrayNode data = root.putArray("data");
            for (Model model : models) {
                if (!model.id().equals(ANY_MODEL)) {
                    data.add(describe(model));
                }
            }
            return json(headers, root);
        }
        String id = asked.path().substring("/v1/models/".length());
        Model model =
                find(id).orElseThrow(() ->
                        new ApiErrorException(
                                404,
                                "invalid_request_error",
                                "model",
                                "model_not_found",
                                "The model '" + id + "' does not exist"));
        return json(headers, describe(model));
    }

    private static Answer json(List<Header> headers, ObjectNode root) {
        return whole(200, headers, root.toPrettyString().getBytes(StandardCharsets.UTF_8), 0);
    }

    private static ObjectNode describe(Model model) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", model.id())
                .put("object", "model")
                .put("created", model.created())
                .put("owned_by", "system");
    }

    private void charge(Asked asked, long tokens, List<Header> headers) throws ApiErrorException {
        Meter.Reading reading = meter.take(asked.key(), tokens);
        if (!reading.admitted()) {
            throw limit(asked, meter, reading, headers);
        }
        addRates(meter, reading, headers);
    }

    private static ApiErrorException limit(
            Asked asked, Meter meter, Meter.Reading reading, List<Header> headers) {
        addRates(meter, reading, headers);
        long seconds = Math.max(1, (reading.delay().toMillis() + 999) / 1000);
        headers.add(new Header("retry-after", Long.toString(seconds)));
        boolean tokens = reading.byTokens();
        long most = tokens ? meter.limits().tokens() : meter.limits().requests();
        return new ApiErrorException(
                429,
                tokens ? "tokens" : "requests",
                "",
                "rate_limit_exceeded",
                "Rate limit reached for "
                        + asked.model()
                        + " in organization sim-org on "
                        + (tokens ? "tokens per min (TPM)" : "requests per min (RPM)")
                        + ": Limit "
                        + most
                        + ". Please try again in "
                        + goDuration(reading.delay())
                        + ". Visit https://platform.openai.com/account/rate-limits to learn more.");
    }

    /// A rough count of tokens for limits that are checked before the request is.
    private static long estimate(Asked asked) {
        return asked.bytes().length / 4;
    }

    private static void addRates(Meter meter, Meter.Reading reading, List<Header> headers) {
        add(headers, "x-ratelimit-limit-requests", meter.limits().requests());
        add(headers, "x-ratelimit-limit-tokens", meter.limits().tokens());
        add(headers, "x-ratelimit-remaining-requests", reading.requestsLeft());
        add(headers, "x-ratelimit-remaining-tokens", reading.tokensLeft());
        add(headers, "x-ratelimit-reset-requests", goDuration(reading.requestsReset()));
        add(headers, "x-ratelimit-reset-tokens", goDuration(reading.tokensReset()));
    }

    private static void add(List<Header> headers, String name, Object value) {
        headers.add(new Header(name, value.toString()));
    }

    /// A duration as Go writes it: `12ms`, `1s`, `6m0s`.
    static String goDuration(Duration duration) {
        long millis = duration.toMillis();
        if (millis < 1000) {
            return millis == 0 ? "0s" : millis + "ms";
        }
        String seconds =
                millis % 1000 == 0
                        ? Long.toString(millis / 1000 % 60)
                        : String.format(Locale.ROOT, "%.3f", millis % 60_000 / 1000.0)
                                .replaceAll("0+$", "");
        String minutes = millis >= 60_000 ? millis / 60_000 % 60 + "m" : "";
        String hours = millis >= 3_600_000 ? millis / 3_600_000 + "h" : "";
        return hours + minutes + seconds + "s";
    }

    private List<Header> headers(RandomGenerator identity) {
        List<Header> headers = new ArrayList<>();
        headers.add(new Header("openai-organization", "sim-org"));
        headers.add(new Header("openai-processing-ms", Integer.toString(5 + identity.nextInt(40))));
        headers.add(new Header("openai-version", "2020-10-01"));
        headers.add(new Header("x-request-id", "req_" + Dice.hex(identity, 32)));
        return headers;
    }

    private static Answer.Whole whole(int status, List<Header> headers, byte[] body, int tokens) {
        List<Header> all = new ArrayList<>();
        all.add(new Header("content-type", JSON_TYPE));
        all.addAll(headers);
        return new Answer.Whole(status, all, body, tokens);
    }
}
