package dev.switchgear.simulator.openai;

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
import dev.switchgear.simulator.mind.OfferedModel;
import dev.switchgear.simulator.seal.Signatures;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// One provider that speaks OpenAI's API, or a [Flavour] of it. Thread-safe; what it says depends on
/// its seed, the request and the request's number, and on nothing it said before but for rate limits,
/// the responses it stored and how much of a prompt its cache knew.
public final class OpenAiApi implements Api {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final String ANY_MODEL = "*";
    private static final String JSON_TYPE = "application/json";
    private static final String STREAM_TYPE = "text/event-stream; charset=utf-8";

    /// What a path asks for.
    private enum Endpoint {
        CHAT,
        RESPONSES,
        INPUT_TOKENS,
        STORED,
        EMBEDDINGS,
        MODELS,
        KEY,
        HEALTH,
        UNKNOWN
    }

    /// A path and what follows the endpoint's name in it.
    private record Target(Endpoint endpoint, String rest) {}

    private final Flavour flavour;
    private final long seed;
    private final List<OfferedModel> models;
    private final List<String> keys;
    private final Meter meter;
    private final OpenAiRateHeaders rates;
    private final StoredResponses stored;
    private final Signatures signatures;
    private final PromptMemory memory;
    private final Time time;

    /// @param models what is offered; one called `*` stands for any name
    /// @param keys credentials accepted; none means any, and none at all
    public OpenAiApi(
            Flavour flavour,
            long seed,
            List<OfferedModel> models,
            List<String> keys,
            Meter meter,
            Time time) {
        this.flavour = flavour;
        this.seed = seed;
        this.models = List.copyOf(models);
        this.keys = List.copyOf(keys);
        this.meter = meter;
        this.rates = new OpenAiRateHeaders(flavour, time);
        this.stored = new StoredResponses(seed);
        this.signatures = new Signatures(seed);
        this.memory = new PromptMemory(flavour, time);
        this.time = time;
    }

    private Target target(String path) {
        boolean local = flavour == Flavour.VLLM || flavour == Flavour.LLAMA_CPP;
        if (local && path.equals("/health")) {
            return new Target(Endpoint.HEALTH, "");
        }
        String rest = "";
        for (String root : flavour.roots()) {
            if (path.startsWith(root + "/") && (rest.isEmpty() || !root.isEmpty())) {
                rest = path.substring(root.length());
            }
        }
        return switch (rest) {
            case "/chat/completions" -> new Target(Endpoint.CHAT, "");
            case "/responses" -> new Target(Endpoint.RESPONSES, "");
            case "/responses/input_tokens" ->
                    new Target(
                            flavour.countsTokens() ? Endpoint.INPUT_TOKENS : Endpoint.UNKNOWN, "");
            case "/embeddings" ->
                    new Target(flavour.embeds() ? Endpoint.EMBEDDINGS : Endpoint.UNKNOWN, "");
            case "/models" -> new Target(Endpoint.MODELS, "");
            case "/key" ->
                    new Target(flavour == Flavour.OPENROUTER ? Endpoint.KEY : Endpoint.UNKNOWN, "");
            default -> {
                if (rest.startsWith("/models/")) {
                    yield new Target(Endpoint.MODELS, rest.substring("/models/".length()));
                }
                yield rest.startsWith("/responses/") && flavour.stores()
                        ? new Target(Endpoint.STORED, rest.substring("/responses/".length()))
                        : new Target(Endpoint.UNKNOWN, "");
            }
        };
    }

    private static ApiOperation operation(Endpoint endpoint) {
        return switch (endpoint) {
            case CHAT, RESPONSES -> ApiOperation.CHAT;
            case INPUT_TOKENS -> ApiOperation.TOKENS;
            case EMBEDDINGS -> ApiOperation.EMBEDDINGS;
            case MODELS -> ApiOperation.MODELS;
            case STORED, KEY, HEALTH -> ApiOperation.OTHER;
            case UNKNOWN -> ApiOperation.UNKNOWN;
        };
    }

    @Override
    public Asked read(ReceivedHead head, String path, byte[] bytes) {
        Optional<JsonNode> body = Asked.object(bytes);
        return new Asked(
                operation(target(path).endpoint()),
                head.method(),
                path,
                Asked.bearer(head),
                body,
                bytes,
                body.map(node -> node.path("model").asString("")).orElse(""),
                body.map(node -> node.path("stream").asBoolean(false)).orElse(false),
                head);
    }

    @Override
    public ApiAnswer answer(Asked asked, long number) {
        RandomGenerator identity = identity(asked, number);
        List<Header> headers = headers(identity);
        try {
            return answer(asked, number, identity, headers);
        } catch (ApiErrorException e) {
            return refused(e, headers);
        }
    }

    private RandomGenerator identity(Asked asked, long number) {
        return Dice.of(seed, "identity", Long.toString(number), asked.bytes());
    }

    @Override
    public ApiAnswer.Whole error(
            Asked asked, int status, String code, String message, long number) {
        List<Header> headers = headers(Dice.of(seed, "error", Long.toString(number)));
        if (status == 401) {
            headers.addAll(challenge());
        }
        // A failure behind OpenRouter, or any other, can come with status 200.
        int meant = status >= 400 ? status : flavour == Flavour.OPENROUTER ? 502 : 500;
        ApiErrorException error = OpenAiErrorShapes.of(flavour, meant, code).saying(message);
        byte[] body = OpenAiErrorShapes.body(flavour, error);
        if (flavour == Flavour.OPENROUTER && (meant == 429 || meant >= 500)) {
            body = upstreamFailed(error).toPrettyString().getBytes(StandardCharsets.UTF_8);
        }
        return whole(status, headers, body, 0);
    }

    private static ObjectNode upstreamFailed(ApiErrorException error) {
        ObjectNode root = OpenAiErrorShapes.node(Flavour.OPENROUTER, error);
        ObjectNode node = (ObjectNode) root.get("error");
        node.put("message", "Provider returned error");
        ((ObjectNode) node.get("metadata"))
                .put("provider_name", "Simulated")
                .put("raw", error.message());
        root.put("user_id", "user_simulated");
        return root;
    }

    @Override
    public List<ApiEvent> failure(Asked asked, int sent, String code, String message, long number) {
        ApiErrorException error =
                OpenAiErrorShapes.of(flavour, flavour == Flavour.OPENROUTER ? 502 : 500, code)
                        .saying(message);
        if (target(asked.path()).endpoint() == Endpoint.RESPONSES) {
            return responseFailed(asked, sent, error, number);
        }
        if (flavour == Flavour.OPENROUTER) {
            return List.of(lastChunk(asked, "error", Optional.of(error), number));
        }
        if (flavour == Flavour.DEEPSEEK && code.equals("insufficient_system_resource")) {
            return List.of(lastChunk(asked, code, Optional.empty(), number));
        }
        return OpenAiErrorShapes.events(flavour, error, sent);
    }

    /// A chunk that ends a stream which could not be finished.
    private ApiEvent lastChunk(
            Asked asked, String finish, Optional<ApiErrorException> error, long number) {
        RandomGenerator identity = identity(asked, number);
        headers(identity);
        long now = time.instant().getEpochSecond();
        String model = find(asked.model()).map(OfferedModel::snapshot).orElse(asked.model());
        ObjectNode chunk = ChatStream.head(Ids.completion(flavour, identity, now), now, model);
        error.ifPresent(e -> chunk.set("error", OpenAiErrorShapes.node(flavour, e).get("error")));
        ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
        choice.putObject("delta").put("content", "");
        choice.put("finish_reason", finish);
        byte[] bytes = ("data: " + chunk + "\n\n").getBytes(StandardCharsets.UTF_8);
        return new ApiEvent(ApiEvent.Part.TERMINAL, bytes);
    }

    private List<ApiEvent> responseFailed(
            Asked asked, int sent, ApiErrorException error, long number) {
        RandomGenerator identity = identity(asked, number);
        headers(identity);
        String code = error.code().isEmpty() ? "server_error" : error.code();
        ObjectNode node = NODES.objectNode();
        node.put("type", error.type());
        node.put("code", code);
        node.put("message", error.message());
        node.putNull("param");
        try {
            JsonNode body = body(asked);
            ResponsesRequest request =
                    ResponsesRequest.of(body, model(body, Endpoint.RESPONSES), flavour, stored);
            ResponsesOutput output = output(request, identity);
            return ResponsesStream.failure(request, output, sent, node, code, error.message());
        } catch (ApiErrorException _) {
            // A request that is refused has no response that could fail: the error stands alone.
            return OpenAiErrorShapes.events(flavour, error, sent);
        }
    }

    @Override
    public List<Header> streamHeaders(Asked asked, long number) {
        List<Header> headers = headers(Dice.of(seed, "error", Long.toString(number)));
        headers.addFirst(new Header("content-type", STREAM_TYPE));
        return headers;
    }

    @Override
    public ApiAnswer.Whole rejected(Asked asked, long number) {
        List<Header> headers = headers(Dice.of(seed, "error", Long.toString(number)));
        return refused(unknownKey(asked.key(), headers), headers);
    }

    @Override
    public Optional<ApiAnswer> limited(Asked asked, Meter other, long number) {
        Meter.Reading reading = other.take(asked.key(), estimate(asked));
        if (reading.admitted()) {
            return Optional.empty();
        }
        List<Header> headers = headers(Dice.of(seed, "error", Long.toString(number)));
        return Optional.of(refused(rates.reached(asked.model(), other, reading, headers), headers));
    }

    private ApiAnswer answer(
            Asked asked, long number, RandomGenerator identity, List<Header> headers)
            throws ApiErrorException {
        Target target = target(asked.path());
        if (target.endpoint() != Endpoint.HEALTH) {
            authenticate(asked, headers);
        }
        return switch (target.endpoint()) {
            case CHAT -> {
                require(asked, "POST");
                yield chat(asked, number, identity, headers);
            }
            case RESPONSES -> {
                require(asked, "POST");
                yield responses(asked, number, identity, headers);
            }
            case INPUT_TOKENS -> {
                require(asked, "POST");
                yield inputTokens(asked, headers);
            }
            case STORED -> stored(asked, target.rest(), headers);
            case EMBEDDINGS -> {
                require(asked, "POST");
                yield embeddings(asked, headers);
            }
            case MODELS -> {
                require(asked, "GET");
                yield models(target.rest(), headers);
            }
            case KEY -> {
                require(asked, "GET");
                yield json(headers, Listing.key());
            }
            case HEALTH -> json(headers, NODES.objectNode().put("status", "ok"));
            case UNKNOWN ->
                    throw OpenAiErrorShapes.error(
                            404,
                            "invalid_request_error",
                            "",
                            "",
                            "Invalid URL (" + asked.method() + " " + asked.path() + ")");
        };
    }

    private void authenticate(Asked asked, List<Header> headers) throws ApiErrorException {
        if (!keys.isEmpty() && !keys.contains(asked.key())) {
            throw unknownKey(asked.key(), headers);
        }
    }

    private List<Header> challenge() {
        return flavour == Flavour.OPENAI
                ? List.of(new Header("www-authenticate", "Bearer realm=\"OpenAI API\""))
                : List.of();
    }

    private ApiErrorException unknownKey(String key, List<Header> headers) {
        headers.addAll(challenge());
        return OpenAiErrorShapes.unknownKey(flavour, key);
    }

    private static void require(Asked asked, String method) throws ApiErrorException {
        if (!asked.method().equals(method)) {
            throw OpenAiErrorShapes.error(
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
                        OpenAiErrorShapes.invalid(
                                "",
                                "",
                                "We could not parse the JSON body of your request. (HINT:"
                                        + " This likely means you aren't using your HTTP"
                                        + " library correctly. The OpenAI API expects a"
                                        + " JSON payload, but what was sent was not valid"
                                        + " JSON.)"));
    }

    private OfferedModel model(JsonNode body, Endpoint endpoint) throws ApiErrorException {
        String id = body.path("model").asString("");
        if (id.isEmpty()) {
            throw OpenAiErrorShapes.invalid("", "", "you must provide a model parameter");
        }
        if (flavour == Flavour.OPENROUTER) {
            return routed(body, id);
        }
        return find(id).orElseThrow(() ->
                OpenAiErrorShapes.unknownModel(flavour, id, endpoint == Endpoint.RESPONSES));
    }

    /// The first of `model` and `models` that exists and that some provider may serve.
    private OfferedModel routed(JsonNode body, String id) throws ApiErrorException {
        ApiErrorException problem = OpenAiErrorShapes.unknownModel(flavour, id, false);
        List<String> wanted = new ArrayList<>(List.of(id));
        body.path("models").forEach(other -> wanted.add(other.asString("")));
        for (String name : wanted) {
            Optional<OfferedModel> found = find(name);
            if (found.isPresent()) {
                try {
                    OpenRouterUpstream.of(body, found.get().id());
                    return found.get();
                } catch (ApiErrorException e) {
                    problem = e;
                }
            }
        }
        throw problem;
    }

    private Optional<OfferedModel> find(String id) {
        String bare = flavour == Flavour.OPENROUTER ? withoutVariant(id) : id;
        for (String name : List.of(id, bare)) {
            for (OfferedModel model : models) {
                if (model.id().equals(name) || model.snapshot().equals(name)) {
                    return Optional.of(model);
                }
            }
        }
        boolean any =
                flavour.anyModel()
                        || models.stream().anyMatch(model -> model.id().equals(ANY_MODEL));
        return any
                ? Optional.of(flavour.known(bare).orElseGet(() -> OfferedModel.chat(id)))
                : Optional.empty();
    }

    /// `vendor/model` of `vendor/model:free`.
    private static String withoutVariant(String id) {
        int colon = id.indexOf(':');
        return colon < 0 ? id : id.substring(0, colon);
    }

    private ApiAnswer chat(Asked asked, long number, RandomGenerator identity, List<Header> headers)
            throws ApiErrorException {
        JsonNode body = body(asked);
        OfferedModel model = model(body, Endpoint.CHAT);
        boolean beta = asked.path().startsWith("/beta/");
        ChatCompletionsRequest request = ChatCompletionsRequest.of(body, model, flavour, beta);
        OpenRouterUpstream upstream =
                flavour == Flavour.OPENROUTER
                        ? OpenRouterUpstream.of(body, model.id())
                        : OpenRouterUpstream.NONE;
        if (flavour == Flavour.OPENROUTER) {
            ReturnedThoughts.check(body.path("messages"), signatures);
        }
        charge(asked, request.reserve(body), headers);
        Completion completion =
                ChatModel.complete(
                                request,
                                seed,
                                signatures,
                                identity,
                                time.instant().getEpochSecond())
                        .with(memory.chat(asked, request, body));
        name(completion.id(), headers);
        if (request.streaming().on()) {
            RandomGenerator padding = Dice.of(seed, completion.id());
            return streamed(
                    headers,
                    new ChatStream(
                            request, completion, upstream, flavour.comments(number), padding));
        }
        byte[] answer = ChatAnswer.body(request, completion, upstream);
        return patient(whole(200, headers, answer, completion.tokens()));
    }

    /// A stream that keeps its client's hopes up while it waits.
    private ApiAnswer.Streamed streamed(List<Header> headers, java.util.Iterator<ApiEvent> events) {
        headers.addFirst(new Header("content-type", STREAM_TYPE));
        byte[] waiting = flavour.comment().getBytes(StandardCharsets.US_ASCII);
        return new ApiAnswer.Streamed(200, headers, events, waiting);
    }

    private ApiAnswer.Whole patient(ApiAnswer.Whole answer) {
        return new ApiAnswer.Whole(
                answer.status(),
                answer.headers(),
                answer.body(),
                answer.tokens(),
                flavour.blank().getBytes(StandardCharsets.US_ASCII));
    }

    /// OpenRouter names each generation in a header.
    private void name(String id, List<Header> headers) {
        if (flavour == Flavour.OPENROUTER) {
            headers.add(new Header("x-generation-id", id));
        }
    }

    private ApiAnswer responses(
            Asked asked, long number, RandomGenerator identity, List<Header> headers)
            throws ApiErrorException {
        JsonNode body = body(asked);
        ResponsesRequest request =
                ResponsesRequest.of(body, model(body, Endpoint.RESPONSES), flavour, stored);
        charge(asked, request.reserve(), headers);
        ResponsesOutput output = output(request, identity).with(memory.responses(asked, request));
        ObjectNode response = ResponsesAnswer.finished(request, output);
        remember(request, output, response, asked.bytes().length);
        name(output.id(), headers);
        if (request.streamed()) {
            RandomGenerator padding = Dice.of(seed, output.id());
            return streamed(
                    headers,
                    new ResponsesStream(request, output, flavour.comments(number), padding));
        }
        byte[] answer = response.toPrettyString().getBytes(StandardCharsets.UTF_8);
        return patient(whole(200, headers, answer, output.tokens()));
    }

    private ResponsesOutput output(ResponsesRequest request, RandomGenerator identity) {
        return ResponsesOutput.of(request, seed, identity, time.instant().getEpochSecond(), stored);
    }

    private void remember(
            ResponsesRequest request, ResponsesOutput output, ObjectNode response, int size) {
        if (request.store()) {
            List<JsonNode> items = new ArrayList<>();
            response.path("output").forEach(items::add);
            stored.keep(output.id(), response, request, items, size);
        }
        for (ResponsesOutput.Item item : output.items()) {
            boolean thoughtAbout =
                    item instanceof ResponsesOutput.Item.Call
                            && output.items().getFirst() instanceof ResponsesOutput.Item.Reasoning;
            if (thoughtAbout) {
                stored.thought(item.id(), output.items().getFirst().id());
            }
        }
    }

    private ApiAnswer inputTokens(Asked asked, List<Header> headers) throws ApiErrorException {
        JsonNode body = body(asked);
        ResponsesRequest request =
                ResponsesRequest.of(body, model(body, Endpoint.RESPONSES), flavour, stored);
        charge(asked, 0, headers);
        return json(
                headers,
                NODES.objectNode()
                        .put("object", "response.input_tokens")
                        .put("input_tokens", request.input().tokens()));
    }

    private ApiAnswer stored(Asked asked, String rest, List<Header> headers)
            throws ApiErrorException {
        int slash = rest.indexOf('/');
        String id = slash < 0 ? rest : rest.substring(0, slash);
        String action = slash < 0 ? "" : rest.substring(slash);
        StoredResponses.Stored found =
                stored.find(id)
                        .orElseThrow(() ->
                                OpenAiErrorShapes.error(
                                        404,
                                        "invalid_request_error",
                                        "",
                                        "",
                                        "Response with id '" + id + "' not found."));
        return switch (asked.method() + action) {
            case "GET" ->
                    whole(
                            200,
                            headers,
                            found.response().toPrettyString().getBytes(StandardCharsets.UTF_8),
                            0);
            case "DELETE" -> {
                stored.forget(id);
                yield json(
                        headers,
                        NODES.objectNode()
                                .put("id", id)
                                .put("object", "response")
                                .put("deleted", true));
            }
            case "GET/input_items" -> json(headers, inputItems(found.input()));
            case "POST/cancel" ->
                    throw OpenAiErrorShapes.invalid(
                            "", "", "Cannot cancel a synchronous response.");
            default ->
                    throw OpenAiErrorShapes.error(
                            405,
                            "invalid_request_error",
                            "",
                            "method_not_supported",
                            "Not allowed to " + asked.method() + " on " + asked.path() + ".");
        };
    }

    private static ObjectNode inputItems(List<JsonNode> items) {
        ObjectNode root = NODES.objectNode().put("object", "list");
        ArrayNode data = root.putArray("data");
        data.addAll(items);
        for (String end : List.of("first_id", "last_id")) {
            JsonNode item =
                    items.isEmpty()
                            ? NODES.missingNode()
                            : end.startsWith("first") ? items.getFirst() : items.getLast();
            String id = item.path("id").asString("");
            root.set(end, id.isEmpty() ? NODES.nullNode() : NODES.stringNode(id));
        }
        return root.put("has_more", false);
    }

    private ApiAnswer embeddings(Asked asked, List<Header> headers) throws ApiErrorException {
        JsonNode body = body(asked);
        OpenAiEmbeddingsApi.Request request =
                OpenAiEmbeddingsApi.read(body, model(body, Endpoint.EMBEDDINGS));
        charge(asked, request.tokens(), headers);
        return whole(200, headers, OpenAiEmbeddingsApi.body(request, seed), 0);
    }

    private ApiAnswer models(String id, List<Header> headers) throws ApiErrorException {
        if (id.isEmpty()) {
            List<OfferedModel> named =
                    models.stream().filter(model -> !model.id().equals(ANY_MODEL)).toList();
            return json(headers, Listing.of(flavour, named));
        }
        OfferedModel model =
                find(id).orElseThrow(() ->
                        OpenAiErrorShapes.error(
                                404,
                                "invalid_request_error",
                                "model",
                                "model_not_found",
                                "The model '" + id + "' does not exist"));
        return json(headers, Listing.of(flavour, model));
    }

    private ApiAnswer json(List<Header> headers, ObjectNode root) {
        return whole(200, headers, root.toPrettyString().getBytes(StandardCharsets.UTF_8), 0);
    }

    private void charge(Asked asked, long tokens, List<Header> headers) throws ApiErrorException {
        Meter.Reading reading = meter.take(asked.key(), tokens);
        if (!reading.admitted()) {
            throw rates.reached(asked.model(), meter, reading, headers);
        }
        rates.add(meter, reading, headers);
    }

    /// A rough count of tokens for limits that are checked before the request is.
    private static long estimate(Asked asked) {
        return asked.bytes().length / 4;
    }

    private List<Header> headers(RandomGenerator identity) {
        List<Header> headers = new ArrayList<>();
        switch (flavour) {
            case OPENAI -> {
                headers.add(new Header("openai-organization", "sim-org"));
                headers.add(
                        new Header(
                                "openai-processing-ms",
                                Integer.toString(5 + identity.nextInt(40))));
                headers.add(new Header("openai-version", "2020-10-01"));
                headers.add(new Header("x-request-id", "req_" + Dice.hex(identity, 32)));
            }
            case XAI -> {
                headers.add(new Header("x-request-id", Ids.uuid(identity)));
                headers.add(
                        new Header(
                                "x-metrics-ttft-ms", Integer.toString(50 + identity.nextInt(400))));
            }
            case DEEPSEEK -> {
                headers.add(new Header("server", "elb"));
                headers.add(new Header("x-ds-trace-id", Dice.hex(identity, 32)));
            }
            case VLLM -> headers.add(new Header("server", "uvicorn"));
            case LLAMA_CPP -> headers.add(new Header("server", "llama.cpp"));
            case OPENROUTER, OLLAMA, LM_STUDIO -> {
                // None of their own.
            }
        }
        return headers;
    }

    private ApiAnswer.Whole refused(ApiErrorException error, List<Header> headers) {
        ApiAnswer.Whole answer =
                whole(error.status(), headers, OpenAiErrorShapes.body(flavour, error), 0);
        if (flavour == Flavour.DEEPSEEK && error.status() == 400) {
            List<Header> odd = new ArrayList<>(answer.headers());
            odd.set(0, new Header("content-type", "application/octet-stream"));
            return new ApiAnswer.Whole(400, odd, answer.body(), 0);
        }
        return answer;
    }

    private static ApiAnswer.Whole whole(
            int status, List<Header> headers, byte[] body, int tokens) {
        List<Header> all = new ArrayList<>();
        all.add(new Header("content-type", JSON_TYPE));
        all.addAll(headers);
        return new ApiAnswer.Whole(status, all, body, tokens);
    }
}
