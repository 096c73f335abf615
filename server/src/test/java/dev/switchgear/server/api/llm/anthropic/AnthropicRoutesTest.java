package dev.switchgear.server.api.llm.anthropic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Dispatch;
import dev.switchgear.core.call.Fault;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.Quota;
import dev.switchgear.core.call.Rank;
import dev.switchgear.core.call.Recovery;
import dev.switchgear.core.call.Scope;
import dev.switchgear.core.limiter.Limit;
import dev.switchgear.core.time.SystemTime;
import dev.switchgear.core.time.Threads;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.call.Downstream;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.call.LlmReply.Content;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.chat.FinishReason;
import dev.switchgear.families.llm.scan.ScanLimits;
import dev.switchgear.families.llm.tokens.TokenUsage;
import dev.switchgear.identity.Client;
import dev.switchgear.server.api.Clients;
import dev.switchgear.server.api.HttpRoute;
import dev.switchgear.server.api.HttpRoutes;
import dev.switchgear.server.api.limit.ClientLimits;
import dev.switchgear.server.api.llm.FakeGateway;
import dev.switchgear.server.api.llm.KeepAlive;
import dev.switchgear.server.api.llm.LlmEdge;
import dev.switchgear.server.api.llm.openai.OpenAiProtocol;
import dev.switchgear.server.api.llm.openai.OpenAiRoutes;
import dev.switchgear.server.door.Door;
import dev.switchgear.server.door.DoorSettings;
import dev.switchgear.server.door.vertx.EventLoops;
import dev.switchgear.server.door.vertx.VertxDoor;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class AnthropicRoutesTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String ASK =
            quoted("{'model':'chat','max_tokens':9,'messages':[{'role':'user','content':'hi'}]}");
    private static final String ASK_STREAM =
            ASK.replace("{\"model\"", "{\"stream\":true,\"model\"");
    private static final String MESSAGES = "/v1/messages";
    private static final List<ChatEvent> HELLO =
            List.of(
                    new ChatEvent.Start("chatcmpl-1", "gpt-x"),
                    new ChatEvent.Text("hello"),
                    new ChatEvent.Finish(FinishReason.STOP, ""),
                    new ChatEvent.Usage(TokenUsage.of(5, 7)));

    private final FakeGateway gateway = new FakeGateway();
    private final HttpClient client = HttpClient.newHttpClient();
    private final LinkedBlockingQueue<Door> opened = new LinkedBlockingQueue<>();

    @AfterEach
    void close() {
        client.close();
        opened.forEach(Door::close);
    }

    private static String quoted(String json) {
        return json.replace('\'', '"');
    }

    private Door open() {
        return open(Clients.onThisMachine(), ClientLimits.NONE);
    }

    private Door open(Clients clients, ClientLimits limits) {
        var time = new SystemTime();
        var edge =
                new LlmEdge(
                        gateway,
                        limits,
                        gateway,
                        ScanLimits.DEFAULT,
                        new KeepAlive(Duration.ZERO, Threads.virtual(), time),
                        time);
        var routes = new ArrayList<HttpRoute>(new AnthropicRoutes(edge, time).routes());
        routes.addAll(new OpenAiRoutes(edge).routes());
        var table =
                new HttpRoutes(
                        routes,
                        clients,
                        new OpenAiProtocol(),
                        new SplittableRandom(1),
                        (_, _) -> {});
        Door door =
                VertxDoor.open(
                        DoorSettings.DEFAULT.at("127.0.0.1", 0),
                        table,
                        (_, message) -> message.getBytes(UTF_8),
                        EventLoops.start(),
                        Threads.virtual(),
                        time);
        opened.add(door);
        return door;
    }

    private static HttpRequest.Builder to(Door door, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + door.port() + path))
                .timeout(Duration.ofSeconds(20));
    }

    private HttpResponse<String> ask(Door door, String path, byte[] body, String... headers)
            throws Exception {
        HttpRequest.Builder request = to(door, path).POST(BodyPublishers.ofByteArray(body));
        request.header("content-type", "application/json");
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> ask(Door door, String path, String body, String... headers)
            throws Exception {
        return ask(door, path, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    private HttpResponse<String> get(Door door, String path, String... headers) throws Exception {
        HttpRequest.Builder request = to(door, path).GET();
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("-");
    }

    private static Outcome<LlmReply> reply(Content content) {
        return new Outcome.Success<>(
                new LlmReply(200, content, TokenUsage.of(5, 7), "m", "stop", List.of()),
                12,
                Quota.UNKNOWN);
    }

    /// As an upstream of another dialect does it.
    private static Outcome<LlmReply> translated(Dispatch<LlmRequest> dispatch) {
        try {
            dispatch.request().meaning().chat();
        } catch (InvalidBody invalid) {
            return Outcome.Failure.of(
                    Fault.of(
                            Cause.INVALID_REQUEST,
                            Scope.REQUEST,
                            Recovery.RETURN,
                            false,
                            invalid.message()));
        }
        if (!dispatch.request().streamed()) {
            return reply(new Content.Told(HELLO));
        }
        Downstream downstream = dispatch.request().downstream();
        if (!dispatch.commit() || !downstream.begin(FakeGateway.opening(dispatch, ""))) {
            return FakeGateway.failure(Cause.CANCELLED, "gone", Optional.empty());
        }
        HELLO.forEach(downstream::tell);
        return reply(new Content.Streamed());
    }

    private static JsonNode error(HttpResponse<String> answer, String type) {
        JsonNode body = JSON.readTree(answer.body());
        assertThat(header(answer, "content-type")).isEqualTo("application/json");
        assertThat(body.path("type").asString("")).isEqualTo("error");
        assertThat(body.path("error").path("type").asString("")).isEqualTo(type);
        assertThat(body.path("request_id").asString(""))
                .isNotEmpty()
                .isEqualTo(header(answer, "request-id"));
        return body.path("error");
    }

    @Test
    void a_message_is_answered_under_both_addresses_and_with_betas() throws Exception {
        gateway.first = AnthropicRoutesTest::translated;
        Door door = open();

        for (String path : List.of(MESSAGES, "/anthropic/v1/messages", "/v1/messages?beta=true")) {
            HttpResponse<String> answer = ask(door, path, ASK, "anthropic-beta", "one-1,two-2");

            JsonNode message = JSON.readTree(answer.body());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(message.path("type").asString("")).isEqualTo("message");
            assertThat(message.path("id").asString("")).startsWith("msg_");
            assertThat(message.path("content").path(0).path("text").asString(""))
                    .isEqualTo("hello");
            assertThat(message.path("usage").path("output_tokens").asInt()).isEqualTo(7);
            assertThat(header(answer, "request-id")).isEqualTo(header(answer, "x-request-id"));
            LlmRequest asked = gateway.calls.remove().request();
            assertThat(asked.dialect()).isEqualTo(Dialect.ANTHROPIC);
            assertThat(asked.companions().passed())
                    .isEqualTo(Map.of("anthropic-beta", "one-1,two-2"));
        }
    }

    @Test
    void a_stream_is_told_event_by_event() throws Exception {
        gateway.first = AnthropicRoutesTest::translated;
        Door door = open();

        HttpResponse<String> answer = ask(door, MESSAGES, ASK_STREAM);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(header(answer, "content-type")).startsWith("text/event-stream");
        assertThat(header(answer, "request-id")).isNotEqualTo("-");
        assertThat(answer.body().lines().filter(line -> line.startsWith("event:")).toList())
                .containsExactly(
                        "event: message_start",
                        "event: content_block_start",
                        "event: content_block_delta",
                        "event: content_block_stop",
                        "event: message_delta",
                        "event: message_stop");
    }

    @Test
    void tokens_are_counted() throws Exception {
        gateway.first = _ -> reply(new Content.Counted(42));
        Door door = open();
        String ask = quoted("{'model':'chat','messages':[{'role':'user','content':'hi'}]}");

        HttpResponse<String> answer = ask(door, "/v1/messages/count_tokens?beta=true", ask);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"input_tokens\":42}");
    }

    @Test
    void a_key_may_be_shown_in_either_header() throws Exception {
        gateway.first = AnthropicRoutesTest::translated;
        Door door =
                open(
                        (shown, _) ->
                                shown.filter("secret"::equals)
                                        .map(_ -> new Client("team", Rank.NORMAL)),
                        ClientLimits.NONE);

        assertThat(ask(door, MESSAGES, ASK, "x-api-key", "secret").statusCode()).isEqualTo(200);
        assertThat(ask(door, MESSAGES, ASK, "authorization", "Bearer secret").statusCode())
                .isEqualTo(200);
        HttpResponse<String> wrong = ask(door, MESSAGES, ASK, "x-api-key", "guess");
        assertThat(wrong.statusCode()).isEqualTo(401);
        error(wrong, "authentication_error");
        HttpResponse<String> models =
                get(door, "/v1/models", "x-api-key", "guess", "anthropic-version", "2023-06-01");
        assertThat(models.statusCode()).isEqualTo(401);
        error(models, "authentication_error");
    }

    @Test
    void what_goes_wrong_is_told_as_anthropic_tells_it() throws Exception {
        gateway.first = AnthropicRoutesTest::translated;
        Door door = open();

        HttpResponse<String> unknown = ask(door, MESSAGES, ASK.replace("chat", "chap"));
        HttpResponse<String> bad = ask(door, MESSAGES, ASK.replace("\"user\"", "\"tool\""));
        HttpResponse<String> method = get(door, MESSAGES);
        gateway.first = _ -> FakeGateway.failure(Cause.OVERLOADED, "overloaded", Optional.empty());
        HttpResponse<String> overloaded = ask(door, MESSAGES, ASK);
        gateway.first = _ -> FakeGateway.failure(Cause.HEAD_TIMEOUT, "slow", Optional.empty());
        HttpResponse<String> slow = ask(door, MESSAGES, ASK);
        gateway.first = _ -> FakeGateway.failure(Cause.SERVER_ERROR, "bug", Optional.empty());
        HttpResponse<String> broken = ask(door, MESSAGES, ASK);

        assertThat(unknown.statusCode()).isEqualTo(404);
        error(unknown, "not_found_error");
        assertThat(bad.statusCode()).isEqualTo(400);
        assertThat(error(bad, "invalid_request_error").path("message").asString(""))
                .contains("messages[0].role");
        assertThat(method.statusCode()).isEqualTo(405);
        error(method, "invalid_request_error");
        assertThat(overloaded.statusCode()).isEqualTo(529);
        error(overloaded, "overloaded_error");
        assertThat(header(overloaded, "retry-after")).isEqualTo("12");
        assertThat(slow.statusCode()).isEqualTo(504);
        error(slow, "timeout_error");
        assertThat(broken.statusCode()).isEqualTo(502);
        error(broken, "api_error");
    }

    @Test
    void a_stream_that_breaks_off_ends_with_an_error_event() throws Exception {
        gateway.first =
                dispatch -> {
                    Downstream downstream = dispatch.request().downstream();
                    dispatch.commit();
                    downstream.begin(FakeGateway.opening(dispatch, ""));
                    downstream.tell(new ChatEvent.Text("hel"));
                    return FakeGateway.failure(Cause.CONNECTION_LOST, "cut", Optional.empty());
                };
        Door door = open();

        HttpResponse<String> answer = ask(door, MESSAGES, ASK_STREAM);

        List<String> lines = answer.body().lines().toList();
        assertThat(lines).contains("event: error").doesNotContain("event: message_stop");
        assertThat(lines.getLast()).isEmpty();
        assertThat(lines.get(lines.size() - 2)).contains("\"api_error\"");
    }

    @Test
    void limits_are_told_with_moments() throws Exception {
        gateway.first = AnthropicRoutesTest::translated;
        var once =
                new ClientLimits.Settings(
                        List.of(new Limit(Limit.Measure.REQUESTS, 1, Duration.ofMinutes(1))),
                        Optional.empty());
        ClientLimits limits = ClientLimits.NONE.next(once, Map.of(), new SystemTime());
        Door door = open(Clients.onThisMachine(), limits);

        HttpResponse<String> first = ask(door, MESSAGES, ASK);
        HttpResponse<String> second = ask(door, MESSAGES, ASK);

        assertThat(header(first, "anthropic-ratelimit-requests-limit")).isEqualTo("1");
        assertThat(header(first, "anthropic-ratelimit-requests-remaining")).isEqualTo("0");
        assertThat(Instant.parse(header(first, "anthropic-ratelimit-requests-reset")))
                .isBetween(Instant.now(), Instant.now().plusSeconds(62));
        assertThat(header(first, "x-ratelimit-limit-requests")).isEqualTo("-");
        assertThat(second.statusCode()).isEqualTo(429);
        error(second, "rate_limit_error");
        assertThat(header(second, "retry-after")).isNotEqualTo("-");
    }

    @Test
    void models_are_listed_as_the_client_expects_them() throws Exception {
        Door door = open();

        JsonNode openai = JSON.readTree(get(door, "/v1/models").body());
        JsonNode all =
                JSON.readTree(get(door, "/v1/models", "anthropic-version", "2023-06-01").body());
        JsonNode first = JSON.readTree(get(door, "/anthropic/v1/models?limit=2").body());
        String last = first.path("last_id").asString("");
        JsonNode next =
                JSON.readTree(
                        get(
                                        door,
                                        "/anthropic/v1/models?limit=2&after_id="
                                                + last.replace("/", "%2F"))
                                .body());
        JsonNode before =
                JSON.readTree(
                        get(door, "/anthropic/v1/models?limit=1&before_id=gpt-4o-mini").body());

        assertThat(openai.path("object").asString("")).isEqualTo("list");
        assertThat(all.path("data")).hasSize(3);
        assertThat(all.path("has_more").asBoolean()).isFalse();
        assertThat(all.path("data").path(1))
                .isEqualTo(
                        JSON.readTree(
                                quoted(
                                        "{'type':'model','id':'alpha/gpt-4o',"
                                                + "'display_name':'alpha/gpt-4o',"
                                                + "'created_at':'2023-11-14T22:13:20Z'}")));
        assertThat(first.path("data")).hasSize(2);
        assertThat(first.path("has_more").asBoolean()).isTrue();
        assertThat(next.path("data")).hasSize(1);
        assertThat(next.path("has_more").asBoolean()).isFalse();
        assertThat(next.path("first_id").asString("")).isEqualTo("gpt-4o-mini");
        assertThat(before.path("last_id").asString("")).isEqualTo("alpha/gpt-4o");
        assertThat(before.path("has_more").asBoolean()).isTrue();
        error(get(door, "/anthropic/v1/models?limit=0"), "invalid_request_error");
    }

    @Test
    void one_model_is_shown_as_the_client_expects_it() throws Exception {
        Door door = open();

        JsonNode one =
                JSON.readTree(
                        get(door, "/v1/models/alpha/gpt-4o", "anthropic-version", "2023-06-01")
                                .body());

        assertThat(one.path("type").asString("")).isEqualTo("model");
        assertThat(one.path("id").asString("")).isEqualTo("alpha/gpt-4o");
        error(get(door, "/anthropic/v1/models/none"), "not_found_error");
    }

    @Test
    void bodies_that_nobody_should_send_are_the_clients_fault() throws Exception {
        gateway.first = AnthropicRoutesTest::translated;
        Door door = open();
        var random = new Random(11);
        String deep = "{\"model\":\"chat\",\"messages\":" + "[".repeat(10_000);
        var bodies = new ArrayList<byte[]>();
        bodies.add(new byte[0]);
        bodies.add(deep.getBytes(StandardCharsets.UTF_8));
        bodies.add("null".getBytes(StandardCharsets.UTF_8));
        bodies.add(ASK.replace("9", "9".repeat(400)).getBytes(StandardCharsets.UTF_8));
        byte[] whole = ASK.getBytes(StandardCharsets.UTF_8);
        String[] odd = {"7", "null", "[]", "{}", "true", "\"\"", "[null]", "1e999"};
        for (int i = 0; i < 150; i++) {
            switch (i % 3) {
                case 0 -> bodies.add(Arrays.copyOf(whole, random.nextInt(whole.length)));
                case 1 -> {
                    byte[] changed = whole.clone();
                    changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
                    bodies.add(changed);
                }
                default -> {
                    String value = odd[random.nextInt(odd.length)];
                    String[] parts = {"9", "\"user\"", "\"hi\"", "[{", "\"chat\""};
                    String part = parts[random.nextInt(parts.length)];
                    bodies.add(
                            ASK.replace(part, part.equals("[{") ? "[" + value + ",{" : value)
                                    .getBytes(StandardCharsets.UTF_8));
                }
            }
        }

        int refused = 0;
        for (byte[] body : bodies) {
            HttpResponse<String> answer = ask(door, MESSAGES, body);

            if (answer.statusCode() != 200) {
                assertThat(answer.statusCode())
                        .as(new String(body, StandardCharsets.UTF_8))
                        .isBetween(400, 499);
                error(
                        answer,
                        answer.statusCode() == 404 ? "not_found_error" : "invalid_request_error");
                refused++;
            }
        }
        assertThat(refused).isBetween(100, bodies.size() - 1);
    }
}
