package dev.switchgear.simulator.anthropic;

import dev.switchgear.core.time.Time;
import dev.switchgear.simulator.answer.Api;
import dev.switchgear.simulator.answer.ApiAnswer;
import dev.switchgear.simulator.answer.ApiErrorException;
import dev.switchgear.simulator.answer.ApiEvent;
import dev.switchgear.simulator.answer.ApiOperation;
import dev.switchgear.simulator.answer.Asked;
import dev.switchgear.simulator.anthropic.AnthropicTraits.Trait;
import dev.switchgear.simulator.cache.PromptCache;
import dev.switchgear.simulator.cache.PromptCache.Use;
import dev.switchgear.simulator.http.Header;
import dev.switchgear.simulator.http.ReceivedHead;
import dev.switchgear.simulator.limit.Meter;
import dev.switchgear.simulator.mind.Dice;
import dev.switchgear.simulator.mind.OfferedModel;
import dev.switchgear.simulator.seal.Signatures;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// One provider that speaks Anthropic's API. Thread-safe; what it says depends on its seed, the
/// request and the request's number, and nothing it says changes what it says next, but for rate
/// limits, the prompt cache's share of the usage, and conversations that clients leave with it.
public final class AnthropicApi implements Api {
    private static final String ANY_MODEL = "*";
    private static final int BYTES_MAX = 32 << 20;
    private static final int PAGE = 20;
    private static final int PAGE_MAX = 1000;

    private final long seed;
    private final List<OfferedModel> models;
    private final List<String> keys;
    private final Meter meter;
    private final Time time;
    private final Signatures signatures;
    private final PromptCache cache;
    private final MessageThreads threads = new MessageThreads();

    /// @param models what is offered; one called `*` stands for any name
    /// @param keys credentials accepted; none means any, and none at all
    public AnthropicApi(
            long seed, List<OfferedModel> models, List<String> keys, Meter meter, Time time) {
        this.seed = seed;
        this.models = List.copyOf(models);
        this.keys = List.copyOf(keys);
        this.meter = meter;
        this.time = time;
        this.signatures = new Signatures(seed);
        this.cache = new PromptCache(time);
    }

    private static ApiOperation operation(String path) {
        if (path.equals("/v1/messages")) {
            return ApiOperation.CHAT;
        }
        if (path.equals("/v1/messages/count_tokens")) {
            return ApiOperation.TOKENS;
        }
        return path.equals("/v1/models") || path.startsWith("/v1/models/")
                ? ApiOperation.MODELS
                : ApiOperation.UNKNOWN;
    }

    @Override
    public Asked read(ReceivedHead head, String path, byte[] bytes) {
        Optional<JsonNode> body = Asked.object(bytes);
        return new Asked(
                operation(path),
                head.method(),
                path,
                head.header("x-api-key").orElseGet(() -> Asked.bearer(head)),
                body,
                bytes,
                body.map(node -> node.path("model").asString("")).orElse(""),
                body.map(node -> node.path("stream").asBoolean(false)).orElse(false),
                head);
    }

    @Override
    public ApiAnswer answer(Asked asked, long number) {
        List<Header> headers = headers(number);
        try {
            return answer(asked, number, headers);
        } catch (ApiErrorException e) {
            return failed(e, headers, number);
        }
    }

    @Override
    public ApiAnswer.Whole error(
            Asked asked, int status, String code, String message, long number) {
        return failed(
                AnthropicErrorShapes.of(status, code).saying(message), headers(number), number);
    }

    @Override
    public ApiAnswer.Whole rejected(Asked asked, long number) {
        return failed(wrongKey(asked), headers(number), number);
    }

    @Override
    public Optional<ApiAnswer> limited(Asked asked, Meter other, long number) {
        Meter.Reading reading = other.take(asked.key(), asked.bytes().length / 4);
        if (reading.admitted()) {
            return Optional.empty();
        }
        List<Header> headers = headers(number);
        return Optional.of(failed(limit(asked, other, reading, headers), headers, number));
    }

    @Override
    public List<Header> streamHeaders(Asked asked, long number) {
        return streaming(headers(number));
    }

    @Override
    public List<ApiEvent> failure(Asked asked, int sent, String code, String message, long number) {
        ApiErrorException error =
                AnthropicErrorShapes.of(529, code.isEmpty() ? "overloaded_error" : code)
                        .saying(message);
        return List.of(
                new ApiEvent(
                        ApiEvent.Part.TERMINAL,
                        AnthropicErrorShapes.event(error, requestId(number))));
    }

    private ApiAnswer.Whole failed(ApiErrorException error, List<Header> headers, long number) {
        headers.add(
                new Header(
                        "x-should-retry", Boolean.toString(AnthropicErrorShapes.retryable(error))));
        return whole(
                error.status(), headers, AnthropicErrorShapes.body(error, requestId(number)), 0);
    }

    private ApiAnswer answer(Asked asked, long number, List<Header> headers)
            throws ApiErrorException {
        authenticate(asked);
        if (asked.head().header("anthropic-version").orElse("").isBlank()) {
            throw AnthropicErrorShapes.invalid("anthropic-version: header is required");
        }
        return switch (asked.operation()) {
            case CHAT -> {
                require(asked, "POST");
                yield message(asked, number, headers);
            }
            case TOKENS -> {
                require(asked, "POST");
                int tokens = request(asked, body(asked), true).promptTokens();
                ObjectNode count = JsonNodeFactory.instance.objectNode();
                yield json(headers, count.put("input_tokens", tokens));
            }
            case MODELS -> {
                require(asked, "GET");
                yield models(asked, headers);
            }
            default -> throw AnthropicErrorShapes.error(404, "not_found_error", "", "Not Found");
        };
    }

    private void authenticate(Asked asked) throws ApiErrorException {
        if (keys.isEmpty() || keys.contains(asked.key())) {
            return;
        }
        throw wrongKey(asked);
    }

    private static ApiErrorException wrongKey(Asked asked) {
        boolean bearer =
                asked.head().header("x-api-key").isEmpty()
                        && asked.head().header("authorization").isPresent();
        String message =
                bearer
                        ? "Invalid bearer token"
                        : asked.key().isEmpty()
                                ? "x-api-key header is required"
                                : "invalid x-api-key";
        return AnthropicErrorShapes.error(401, "authentication_error", "", message);
    }

    private static void require(Asked asked, String method) throws ApiErrorException {
        if (!asked.method().equals(method)) {
            throw AnthropicErrorShapes.error(
                    405, "invalid_request_error", "", "Method Not Allowed");
        }
    }

    private static JsonNode body(Asked asked) throws ApiErrorException {
        if (asked.bytes().length > BYTES_MAX) {
            throw AnthropicErrorShapes.of(413, "");
        }
        return asked.body()
                .orElseThrow(
                        () -> AnthropicErrorShapes.invalid("The request body is not valid JSON"));
    }

    private MessagesRequest request(Asked asked, JsonNode body, boolean counting)
            throws ApiErrorException {
        String id = AnthropicFields.text(body, "model", "");
        OfferedModel model =
                find(id).orElseThrow(() ->
                        AnthropicErrorShapes.error(404, "not_found_error", "", "model: " + id));
        return MessagesRequest.of(body, model, betas(asked.head()), signatures, counting);
    }

    private static Set<String> betas(ReceivedHead head) {
        Set<String> betas = new HashSet<>();
        for (Header header : head.headers()) {
            if (header.name().equalsIgnoreCase("anthropic-beta")) {
                for (String beta : header.value().split(",", -1)) {
                    betas.add(beta.trim());
                }
            }
        }
        return betas;
    }

    private Optional<OfferedModel> find(String id) {
        for (OfferedModel model : models) {
            if (model.id().equals(id) || model.snapshot().equals(id)) {
                return Optional.of(model);
            }
        }
        boolean any = models.stream().anyMatch(model -> model.id().equals(ANY_MODEL));
        return any ? Optional.of(AnthropicModels.named(id)) : Optional.empty();
    }

    private ApiAnswer message(Asked asked, long number, List<Header> headers)
            throws ApiErrorException {
        JsonNode given = body(asked);
        boolean threaded = MessageThreads.asked(given, betas(asked.head()));
        JsonNode whole = threaded ? threads.whole(given, asked.key()) : given;
        MessagesRequest request = request(asked, whole, false);
        Meter.Reading reading = meter.take(asked.key(), request.promptTokens());
        if (!reading.admitted()) {
            throw limit(asked, meter, reading, headers);
        }
        addRates(meter, reading, headers);
        Use use = cache.use(asked.key() + '\n' + request.model().id(), request.blocks());
        RandomGenerator identity = Dice.of(seed, "identity", Long.toString(number), asked.bytes());
        Message message = MessagesModel.complete(request, seed, signatures, use, identity);
        if (threaded) {
            threads.keep(asked.key(), whole, message);
        }
        if (request.streamed()) {
            RandomGenerator padding = Dice.of(seed, message.id());
            return new ApiAnswer.Streamed(
                    200, streaming(headers), new MessageStream(message, padding));
        }
        return whole(200, headers, MessageAnswer.body(message), message.outputTokens());
    }

    private ApiAnswer models(Asked asked, List<Header> headers) throws ApiErrorException {
        if (!asked.path().equals("/v1/models")) {
            String id = asked.path().substring("/v1/models/".length());
            OfferedModel model =
                    find(id).orElseThrow(() ->
                            AnthropicErrorShapes.error(404, "not_found_error", "", "model: " + id));
            return json(headers, describe(model));
        }
        List<OfferedModel> all =
                models.stream().filter(model -> !model.id().equals(ANY_MODEL)).toList();
        int limit = limit(asked.head().parameter("limit"));
        String after = asked.head().parameter("after_id");
        String before = asked.head().parameter("before_id");
        int from = after.isEmpty() ? 0 : index(all, after, "after_id") + 1;
        int to = before.isEmpty() ? all.size() : index(all, before, "before_id");
        if (before.isEmpty()) {
            to = Math.min(to, from + limit);
        } else {
            from = Math.max(from, to - limit);
        }
        List<OfferedModel> page = all.subList(Math.min(from, to), to);
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        ArrayNode data = root.putArray("data");
        page.forEach(model -> data.add(describe(model)));
        root.put("has_more", before.isEmpty() ? to < all.size() : from > 0);
        if (page.isEmpty()) {
            root.putNull("first_id").putNull("last_id");
        } else {
            root.put("first_id", page.getFirst().snapshot());
            root.put("last_id", page.getLast().snapshot());
        }
        return json(headers, root);
    }

    private static int limit(String given) throws ApiErrorException {
        if (given.isEmpty()) {
            return PAGE;
        }
        int limit = given.matches("\\d{1,6}") ? Integer.parseInt(given) : 0;
        if (limit < 1 || limit > PAGE_MAX) {
            throw AnthropicErrorShapes.invalid(
                    limit > PAGE_MAX
                            ? "limit: Input should be less than or equal to 1000"
                            : "limit: Input should be greater than or equal to 1");
        }
        return limit;
    }

    private static int index(List<OfferedModel> all, String id, String field)
            throws ApiErrorException {
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).snapshot().equals(id) || all.get(i).id().equals(id)) {
                return i;
            }
        }
        throw AnthropicErrorShapes.invalid(field + ": no model with this id: " + id);
    }

    private static ObjectNode describe(OfferedModel model) {
        AnthropicTraits traits = AnthropicTraits.of(model.id());
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("type", "model");
        node.put("id", model.snapshot());
        node.put("display_name", displayName(model.id()));
        node.put("created_at", Instant.ofEpochSecond(model.created()).toString());
        node.put("max_input_tokens", model.context());
        node.put("max_tokens", model.maxOutput());
        ObjectNode capabilities = node.putObject("capabilities");
        for (String always : List.of("image_input", "pdf_input", "structured_outputs")) {
            capabilities.putObject(always).put("supported", true);
        }
        ObjectNode effort = capabilities.putObject("effort");
        effort.put("supported", !traits.efforts().isEmpty());
        for (String level : List.of("low", "medium", "high", "xhigh", "max")) {
            effort.putObject(level).put("supported", traits.efforts().contains(level));
        }
        ObjectNode thinking = capabilities.putObject("thinking").put("supported", true);
        ObjectNode types = thinking.putObject("types");
        types.putObject("adaptive").put("supported", traits.has(Trait.ADAPTIVE));
        types.putObject("enabled").put("supported", traits.has(Trait.BUDGETS));
        return node;
    }

    /// `claude-haiku-4-5` is called Claude Haiku 4.5.
    private static String displayName(String id) {
        var name = new StringBuilder();
        for (String part : id.split("-", -1)) {
            boolean number = part.matches("\\d{1,2}");
            boolean behind =
                    number && !name.isEmpty() && Character.isDigit(name.charAt(name.length() - 1));
            name.append(name.isEmpty() ? "" : behind ? "." : " ");
            name.append(
                    number || part.isEmpty()
                            ? part
                            : Character.toUpperCase(part.charAt(0)) + part.substring(1));
        }
        return name.toString();
    }

    private ApiErrorException limit(
            Asked asked, Meter limits, Meter.Reading reading, List<Header> headers) {
        addRates(limits, reading, headers);
        long seconds = Math.max(1, (reading.delay().toMillis() + 999) / 1000);
        headers.add(new Header("retry-after", Long.toString(seconds)));
        String what =
                reading.byTokens()
                        ? limits.limits().tokens() + " input tokens per minute"
                        : limits.limits().requests() + " requests per minute";
        return AnthropicErrorShapes.error(
                429,
                "rate_limit_error",
                "",
                "This request would exceed your organization's rate limit of "
                        + what
                        + " (org: sim-org, model: "
                        + asked.model()
                        + "). For details, refer to:"
                        + " https://docs.claude.com/en/api/rate-limits. You can see the response"
                        + " headers for current usage. Please reduce the prompt length or the"
                        + " maximum tokens requested, or try again later.");
    }

    private void addRates(Meter limits, Meter.Reading reading, List<Header> headers) {
        for (String what : List.of("input-tokens", "output-tokens", "requests", "tokens")) {
            boolean requests = what.equals("requests");
            long most = requests ? limits.limits().requests() : limits.limits().tokens();
            long left = requests ? reading.requestsLeft() : reading.tokensLeft();
            Duration reset = requests ? reading.requestsReset() : reading.tokensReset();
            Instant full = time.instant().plus(reset).truncatedTo(ChronoUnit.SECONDS);
            String name = "anthropic-ratelimit-" + what;
            headers.add(new Header(name + "-limit", Long.toString(most)));
            headers.add(new Header(name + "-remaining", Long.toString(left)));
            headers.add(new Header(name + "-reset", full.toString()));
        }
    }

    private String requestId(long number) {
        return "req_011" + Dice.letters(Dice.of(seed, "request", Long.toString(number)), 21);
    }

    private List<Header> headers(long number) {
        List<Header> headers = new ArrayList<>();
        headers.add(new Header("request-id", requestId(number)));
        headers.add(new Header("anthropic-organization-id", "sim-org"));
        headers.add(new Header("server", "cloudflare"));
        return headers;
    }

    private static List<Header> streaming(List<Header> headers) {
        List<Header> all = new ArrayList<>();
        all.add(new Header("content-type", "text/event-stream; charset=utf-8"));
        all.add(new Header("cache-control", "no-cache"));
        all.addAll(headers);
        return all;
    }

    private static ApiAnswer json(List<Header> headers, ObjectNode root) {
        return whole(200, headers, root.toString().getBytes(StandardCharsets.UTF_8), 0);
    }

    private static ApiAnswer.Whole whole(
            int status, List<Header> headers, byte[] body, int tokens) {
        List<Header> all = new ArrayList<>();
        all.add(new Header("content-type", "application/json"));
        all.addAll(headers);
        return new ApiAnswer.Whole(status, all, body, tokens);
    }
}
