package dev.switchgear.server.api.llm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.bulkhead.Bulkhead;
import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Fault;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.Quota;
import dev.switchgear.core.call.Rank;
import dev.switchgear.core.call.Recovery;
import dev.switchgear.core.call.Scope;
import dev.switchgear.core.limiter.Limit;
import dev.switchgear.core.limiter.Limit.Measure;
import dev.switchgear.core.limiter.LimitStatus;
import dev.switchgear.core.time.SystemTime;
import dev.switchgear.core.time.Threads;
import dev.switchgear.core.time.Time;
import dev.switchgear.core.vault.Secret;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.call.LlmReply.Content;
import dev.switchgear.families.llm.scan.ScanLimits;
import dev.switchgear.families.llm.tokens.TokenUsage;
import dev.switchgear.families.money.Budget;
import dev.switchgear.families.money.BudgetStatus;
import dev.switchgear.families.money.Money;
import dev.switchgear.families.money.Payer;
import dev.switchgear.families.money.Period;
import dev.switchgear.families.money.Reserved;
import dev.switchgear.identity.Client;
import dev.switchgear.server.api.Clients;
import dev.switchgear.server.api.FakeExchange;
import dev.switchgear.server.api.HttpRoute;
import dev.switchgear.server.api.HttpRoutes;
import dev.switchgear.server.api.Problem;
import dev.switchgear.server.api.limit.ClientAdmission;
import dev.switchgear.server.api.limit.ClientLimits;
import dev.switchgear.server.api.llm.anthropic.AnthropicRoutes;
import dev.switchgear.server.api.llm.gemini.GeminiRoutes;
import dev.switchgear.server.api.llm.ollama.OllamaRoutes;
import dev.switchgear.server.api.llm.openai.OpenAiProtocol;
import dev.switchgear.server.api.llm.openai.OpenAiRoutes;
import dev.switchgear.server.api.llm.own.OwnLlmRoutes;
import dev.switchgear.server.api.llm.responses.ResponsesRoutes;
import dev.switchgear.server.api.llm.responses.background.BackgroundRuns;
import dev.switchgear.server.api.llm.responses.kept.KeptResponses;
import dev.switchgear.server.api.own.OwnProtocol;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What clients read when something is refused or goes wrong, to the letter: people search for these
/// sentences, and programs for the codes at their ends.
final class ErrorTextsTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String CHAT = "/v1/chat/completions";
    private static final String ASK =
            "{\"model\":\"chat\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
    private static final String LONG = "x".repeat(101);
    private static final String CUT = "x".repeat(100) + "…";

    private final FakeGateway gateway = new FakeGateway();

    private FakeExchange ask(Clients clients, FakeExchange exchange) {
        var time = new SystemTime();
        var llm =
                new LlmEdge(
                        gateway,
                        ClientLimits.NONE,
                        gateway,
                        ScanLimits.DEFAULT,
                        new KeepAlive(Duration.ZERO, Threads.virtual(), time),
                        time);
        var routes = new ArrayList<HttpRoute>();
        routes.addAll(new AnthropicRoutes(llm, time).routes());
        routes.addAll(new GeminiRoutes(llm).routes());
        routes.addAll(new OllamaRoutes(llm).routes());
        routes.addAll(new OpenAiRoutes(llm).routes());
        routes.addAll(
                new ResponsesRoutes(llm, kept(time), 1_000_000, later(time), Secret.of("pepper"))
                        .routes());
        routes.addAll(new OwnLlmRoutes(llm).routes());
        new HttpRoutes(routes, clients, new OwnProtocol(), new SplittableRandom(1), (_, _) -> {})
                .handle(exchange);
        return exchange;
    }

    private static ResponsesRoutes.Later later(Time time) {
        return new ResponsesRoutes.Later(
                new BackgroundRuns(1 << 22, Threads.virtual(), time),
                new BackgroundRuns.Bounds(1, 1, Duration.ofMinutes(1), Duration.ofMinutes(1)),
                new KeepAlive(Duration.ZERO, Threads.virtual(), time));
    }

    private static KeptResponses kept(Time time) {
        return new KeptResponses(
                new KeptResponses.Bounds(Duration.ofHours(1), 1_000_000, 100),
                () -> ThreadLocalRandom.current().nextLong(),
                time);
    }

    private FakeExchange ask(FakeExchange exchange) {
        return ask((_, _) -> Optional.of(new Client("app", Rank.NORMAL)), exchange);
    }

    private FakeExchange post(String path, String body) {
        return ask(new FakeExchange("POST", path, body));
    }

    private static JsonNode error(FakeExchange exchange) {
        return JSON.readTree(exchange.answer()).path("error");
    }

    /// In the shape of OpenAI's protocol.
    private static void says(
            FakeExchange exchange, int status, String code, String param, String message) {
        assertThat(exchange.status()).isEqualTo(status);
        says(error(exchange), code, param, message);
    }

    private static void says(JsonNode error, String code, String param, String message) {
        assertThat(error.path("message").asString()).isEqualTo(message);
        assertThat(error.path("code").asString("")).isEqualTo(code);
        assertThat(error.path("param").asString("")).isEqualTo(param);
    }

    private static void says(
            Problem problem, int status, String code, String param, String message) {
        assertThat(problem.status()).isEqualTo(status);
        byte[] rendered = new OpenAiProtocol().render(problem, "req_1");
        says(JSON.readTree(rendered).path("error"), code, param, message);
    }

    @Test
    void a_path_that_nobody_serves() {
        FakeExchange unknown = ask(new FakeExchange("GET", "/v1/chat/completion", ""));
        FakeExchange tooLong = ask(new FakeExchange("GET", "/" + "y".repeat(300), ""));

        assertThat(unknown.status()).isEqualTo(404);
        assertThat(error(unknown).path("message").asString())
                .isEqualTo(
                        "Nothing is served at `/v1/chat/completion`. Closest:"
                                + " `/v1/chat/completions`. (SG-1404)");
        assertThat(error(tooLong).path("message").asString())
                .isEqualTo("Nothing is served at `/" + "y".repeat(199) + "…`. (SG-1404)");
    }

    @Test
    void a_method_that_a_path_does_not_take() {
        FakeExchange exchange = ask(new FakeExchange("GET", CHAT, ""));

        says(
                exchange,
                405,
                "method_not_allowed",
                "",
                "GET is not possible here. Use OPTIONS, POST. (SG-1404)");
        assertThat(exchange.answered("allow")).contains("OPTIONS, POST");
    }

    @Test
    void a_key_that_is_not_accepted() {
        FakeExchange exchange =
                ask((_, _) -> Optional.empty(), new FakeExchange("POST", CHAT, ASK));

        says(
                exchange,
                401,
                "invalid_api_key",
                "",
                "This gateway does not accept the key that came with the request, or none came."
                        + " Send `Authorization: Bearer <key>` with a key from `clients:` in the"
                        + " configuration. (SG-1401)");
        assertThat(exchange.answered("www-authenticate")).contains("Bearer realm=\"switchgear\"");
        assertThat(exchange.answeredNames())
                .containsExactly("content-type", "x-request-id", "www-authenticate");
    }

    @Test
    void a_body_that_is_not_json_by_its_name() {
        says(
                ask(new FakeExchange("POST", CHAT, ASK).with("content-type", LONG + "/b; q=1")),
                415,
                "unsupported_media_type",
                "",
                "content-type: `"
                        + CUT
                        + "` is not taken here. Send `application/json`."
                        + " (SG-1415)");
        says(
                ask(new FakeExchange("POST", CHAT, ASK).with("content-encoding", "gzip")),
                415,
                "unsupported_content_encoding",
                "",
                "content-encoding: `gzip` is not taken here. Send the JSON uncompressed."
                        + " (SG-1415)");
    }

    @Test
    void a_body_that_cannot_be_used() {
        says(
                post(CHAT, "{}"),
                400,
                "invalid_request_body",
                "model",
                "The request body cannot be used: model: missing (expected: a string). (SG-1400)");
        says(
                LlmProblems.invalid("tools[0].name: too long"),
                400,
                "invalid_request_body",
                "tools[0].name",
                "The request body cannot be used: tools[0].name: too long. (SG-1400)");
        assertThat(JSON.readTree(post("/api/show", "{}").answer()).path("error").asString())
                .isEqualTo(
                        "The request body cannot be used: model: missing (expected: a string)."
                                + " (SG-1400)");
    }

    @Test
    void a_model_that_nobody_offers() {
        says(
                post(CHAT, ASK.replace("chat", "gpt-4o-mimi")),
                404,
                "model_not_found",
                "model",
                "`gpt-4o-mimi` is not offered by any connected provider. Closest: `gpt-4o-mini`."
                        + " List: GET /v1/models. (SG-1203)");
        says(
                post(CHAT, ASK.replace("chat", LONG)),
                404,
                "model_not_found",
                "model",
                "`"
                        + CUT
                        + "` is not offered by any connected provider. List: GET /v1/models."
                        + " (SG-1203)");
    }

    @Test
    void a_wish_that_cannot_be_followed() {
        says(
                ask(new FakeExchange("POST", CHAT, ASK).with("x-switchgear-only", "alpa")),
                400,
                "invalid_routing",
                "x-switchgear-only",
                "This request cannot be sent where it says. x-switchgear-only: `alpa` is not a"
                        + " provider here. Did you mean `alpha`? (SG-1416)");
        byte[] nobody =
                new OpenAiProtocol()
                        .render(
                                Steering.nobodyLeft("chat", gateway.find("chat").orElseThrow()),
                                "req_1");
        assertThat(JSON.readTree(nobody).path("error").path("message").asString())
                .matches(
                        "This request cannot be sent where it says. provider: `only`, `ignore` and"
                                + " `order` leave nobody who offers `chat`. Without them:"
                                + " (alpha, beta|beta, alpha)\\. \\(SG-1416\\)");
    }

    @Test
    void what_a_protocol_knows_and_this_gateway_does_not() {
        assertThat(error(post("/v1beta/models/chat:tuneContent", "{}")).path("message").asString())
                .isEqualTo(
                        "Models have no method `tuneContent` here (known: generateContent,"
                                + " streamGenerateContent, countTokens, embedContent,"
                                + " batchEmbedContents). (SG-1404)");
        says(
                ask(new FakeExchange("GET", "/v1/responses/resp_1", "")),
                404,
                "response_not_found",
                "",
                "Response with id 'resp_1' not found. (SG-1404)");
        assertThat(
                        error(ask(new FakeExchange("GET", "/anthropic/v1/models?limit=0", "")))
                                .path("message")
                                .asString())
                .isEqualTo("limit: expected a whole number from 1 to 1000. (SG-1400)");
    }

    @Test
    void a_client_over_its_limits() {
        var limit = new Limit(Measure.UNITS, 1_000, Duration.ofMinutes(1));
        var status = new LimitStatus(limit, 0, Duration.ofSeconds(3));
        Optional<LimitStatus> tight = Optional.of(status);

        says(
                LlmProblems.overLimit(
                        new ClientAdmission.Refused(
                                List.of(status), tight, "key `app`", Optional.empty()),
                        5_000),
                429,
                "rate_limit_exceeded",
                "",
                "This request needs about 5000 tokens, more than the whole limit of 1000 tokens a"
                        + " minute for key `app`. Ask for less. (SG-1202)");
        says(
                LlmProblems.overLimit(
                        new ClientAdmission.Refused(
                                List.of(status),
                                tight,
                                "key `app`",
                                Optional.of(Duration.ofMillis(2_100))),
                        5),
                429,
                "rate_limit_exceeded",
                "",
                "You are over your limit of 1000 tokens a minute for key `app`. Next slot in 3 s."
                        + " (SG-1202)");
        says(
                LlmProblems.crowded(
                        new ClientAdmission.Crowded(
                                List.of(), "key `app`", 2, Bulkhead.Entry.FULL)),
                429,
                "rate_limit_exceeded",
                "",
                "As many requests are under way as may be at once for key `app` (2), and no more"
                        + " may wait. Ask again when one is done. (SG-1202)");
    }

    @Test
    void a_client_whose_money_is_used_up() {
        var status =
                new BudgetStatus(
                        Payer.client("app"),
                        new Budget(Period.DAY, Money.ofDollars("2")),
                        Money.ofDollars("1.5"),
                        Money.ofDollars("0.5"),
                        Instant.parse("2026-01-02T00:00:00Z"));

        says(
                LlmProblems.overBudget(
                        new Reserved.Refused(status, Money.ofDollars("3"), Optional.empty())),
                402,
                "budget_exceeded",
                "",
                "This request may cost $3.00, more than the whole budget of $2.00 a day for `app`. Bound"
                        + " its output, or ask a cheaper model. (SG-1208)");
        says(
                LlmProblems.overBudget(
                        new Reserved.Refused(
                                status, Money.ofDollars("1"), Optional.of(Duration.ofHours(1)))),
                402,
                "budget_exceeded",
                "",
                "$0.50 of $2.00 a day for `app` is left until 2026-01-02T00:00:00Z; this request may cost"
                        + " up to $1.00. Bound its output, ask a cheaper model, or wait. (SG-1208)");
    }

    @Test
    void a_call_that_no_provider_answered() {
        gateway.first = _ -> FakeGateway.failure(Cause.SERVER_ERROR, "500", Optional.empty());
        says(
                post(CHAT, ASK),
                502,
                "bad_gateway",
                "",
                "No provider for `chat` gave a usable answer: alpha/main 500. (SG-1205)");

        gateway.first = _ -> FakeGateway.failure(Cause.HEAD_TIMEOUT, "silent", Optional.empty());
        says(
                post(CHAT, ASK),
                504,
                "gateway_timeout",
                "",
                "No provider for `chat` answered in time: alpha/main silent. (SG-1204)");

        gateway.first = _ -> FakeGateway.failure(Cause.RATE_LIMITED, "429", Optional.empty());
        FakeExchange out = post(CHAT, ASK);
        says(
                out,
                429,
                "rate_limit_exceeded",
                "",
                "The limits of all providers for `chat` are reached: alpha/main 429. Retry-After: 12."
                        + " (SG-1212)");
        assertThat(out.answered("retry-after")).contains("12");
        assertThat(out.answered("retry-after-ms")).contains("12000");
        assertThat(out.answered("x-should-retry")).as("it may, after that wait").isEmpty();

        gateway.first = _ -> FakeGateway.failure(Cause.KEY_REJECTED, "401", Optional.empty());
        assertThat(post(CHAT, ASK).answered("x-should-retry")).contains("false");
    }

    @Test
    void a_call_that_no_key_or_account_of_ours_is_good_for() {
        gateway.first = _ -> FakeGateway.failure(Cause.KEY_REJECTED, "401", Optional.empty());
        says(
                post(CHAT, ASK),
                502,
                "provider_key_rejected",
                "",
                "The provider rejected our key for `chat`: alpha/main 401. Whoever runs this gateway"
                        + " has to look at it. (SG-1211)");

        gateway.first = _ -> FakeGateway.failure(Cause.ACCOUNT_EXHAUSTED, "402", Optional.empty());
        says(
                post(CHAT, ASK),
                402,
                "insufficient_quota",
                "",
                "Our account at the provider for `chat` is used up: alpha/main 402. Whoever runs this"
                        + " gateway has to look at it. (SG-1213)");

        gateway.first = _ -> FakeGateway.failure(Cause.SUBJECT_UNKNOWN, "404", Optional.empty());
        says(
                post(CHAT, ASK),
                404,
                "model_not_found",
                "",
                "No provider knows the model of `chat`: alpha/main 404. (SG-1203)");
    }

    @Test
    void what_no_provider_of_a_route_can_be_asked() {
        says(
                LlmProblems.notOffered(
                        Fault.of(
                                Cause.NOT_OFFERED,
                                Scope.REQUEST,
                                Recovery.FAIL_OVER,
                                false,
                                "n: more than one answer")),
                400,
                "not_offered",
                "n",
                "No provider of this route can be asked that. n: more than one answer. Leave it"
                        + " out, or name a model whose provider has it. (SG-1407)");
    }

    @Test
    void a_gateway_that_fails_or_closes() {
        says(
                LlmProblems.INTERNAL,
                500,
                "internal_error",
                "",
                "The gateway failed on this request; its log says why. (SG-1500)");
        says(
                LlmProblems.CLOSING,
                503,
                "gateway_closing",
                "",
                "The gateway is shutting down and could not finish this answer in time. Ask again."
                        + " (SG-1206)");
    }

    @Test
    void a_stream_that_breaks_off() {
        gateway.first =
                dispatch -> {
                    FakeGateway.stream(dispatch, "data: 1\n\n");
                    return FakeGateway.failure(Cause.CONNECTION_LOST, "cut", Optional.empty());
                };

        FakeExchange exchange = post(CHAT, ASK.replace("{\"model\"", "{\"stream\":true,\"model\""));

        String last = exchange.answer().lines().toList().get(2).substring("data: ".length());
        says(
                JSON.readTree(last).path("error"),
                "stream_broken_off",
                "",
                "alpha broke off in the middle of its answer: cut. What came before stands; the"
                        + " rest is lost. (SG-1207)");
    }

    /// The provider's own words, so without a code of ours.
    @Test
    void a_request_that_a_provider_of_another_dialect_refuses() {
        gateway.first =
                _ ->
                        new Outcome.Failure<>(
                                Fault.of(
                                        Cause.TOO_LARGE,
                                        Scope.REQUEST,
                                        Recovery.RETURN,
                                        false,
                                        "400"),
                                Optional.of(
                                        new LlmReply(
                                                400,
                                                new Content.Declined(
                                                        Dialect.ANTHROPIC,
                                                        new byte[0],
                                                        "too_many_tokens",
                                                        "The prompt is too long."),
                                                TokenUsage.UNKNOWN,
                                                "m",
                                                "",
                                                List.of())),
                                Quota.UNKNOWN);

        FakeExchange exchange = post(CHAT, ASK);

        says(exchange, 400, "too_many_tokens", "", "The prompt is too long.");
        assertThat(exchange.answered("x-should-retry")).contains("false");
    }
}
