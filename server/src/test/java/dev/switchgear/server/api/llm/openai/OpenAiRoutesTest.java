package dev.switchgear.server.api.llm.openai;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.bulkhead.BulkheadSettings;
import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Rank;
import dev.switchgear.core.limiter.Limit;
import dev.switchgear.core.time.ManualTime;
import dev.switchgear.core.time.SystemTime;
import dev.switchgear.core.time.Threads;
import dev.switchgear.families.llm.scan.ScanLimits;
import dev.switchgear.identity.Client;
import dev.switchgear.server.api.Clients;
import dev.switchgear.server.api.HttpRoutes;
import dev.switchgear.server.api.limit.ClientLimits;
import dev.switchgear.server.api.llm.FakeGateway;
import dev.switchgear.server.api.llm.KeepAlive;
import dev.switchgear.server.api.llm.LlmEdge;
import dev.switchgear.server.door.Door;
import dev.switchgear.server.door.DoorSettings;
import dev.switchgear.server.door.RawClient;
import dev.switchgear.server.door.vertx.EventLoops;
import dev.switchgear.server.door.vertx.VertxDoor;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class OpenAiRoutesTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String ASK =
            "{\"model\":\"chat\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
    private static final String ASK_STREAM =
            ASK.replace("{\"model\"", "{\"stream\":true,\"model\"");
    private static final String CHAT = "/v1/chat/completions";

    private final FakeGateway gateway = new FakeGateway();
    private final HttpClient client = HttpClient.newHttpClient();
    private final LinkedBlockingQueue<Door> opened = new LinkedBlockingQueue<>();

    @AfterEach
    void close() {
        client.close();
        opened.forEach(Door::close);
    }

    private Door open() {
        return open(Clients.onThisMachine(), ClientLimits.NONE);
    }

    private Door open(Clients clients, ClientLimits limits) {
        var time = new SystemTime();
        var edge =
                new OpenAiRoutes(
                        new LlmEdge(
                                gateway,
                                limits,
                                gateway,
                                ScanLimits.DEFAULT,
                                new KeepAlive(Duration.ZERO, Threads.virtual(), time),
                                time));
        var table =
                new HttpRoutes(
                        edge.routes(),
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

    private HttpResponse<String> ask(Door door, String body, String... headers) throws Exception {
        HttpRequest.Builder request = to(door, CHAT).POST(BodyPublishers.ofString(body));
        if (List.of(headers).stream().noneMatch("content-type"::equals)) {
            request.header("content-type", "application/json");
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("-");
    }

    private static JsonNode error(HttpResponse<String> answer) {
        return JSON.readTree(answer.body()).get("error");
    }

    @Test
    void an_answer_passes_byte_for_byte_and_says_who_gave_it() throws Exception {
        gateway.first = _ -> FakeGateway.answer(200, "{ \"id\" : \"x\",  \"odd\":1 }");
        Door door = open();

        HttpResponse<String> answer = ask(door, ASK);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{ \"id\" : \"x\",  \"odd\":1 }");
        assertThat(header(answer, "content-type")).isEqualTo("application/json");
        assertThat(header(answer, "x-switchgear-provider")).isEqualTo("alpha");
        assertThat(header(answer, "x-switchgear-model")).isEqualTo("real-alpha");
        assertThat(header(answer, "x-switchgear-attempts")).isEqualTo("1");
        assertThat(header(answer, "x-switchgear-failovers")).isEqualTo("0");
        assertThat(header(answer, "x-switchgear-route")).isEqualTo("main-route");
        assertThat(header(answer, "x-switchgear-overhead-ms")).matches("\\d+\\.\\d{3}");
        assertThat(header(answer, "x-request-id")).matches("req_[0-9a-f]{32}");
        assertThat(gateway.calls.element().request().body().bytes()).isEqualTo(ASK.getBytes(UTF_8));
    }

    @Test
    void a_failover_shows_only_in_the_headers() throws Exception {
        gateway.first = _ -> FakeGateway.failure(Cause.SERVER_ERROR, "500", Optional.empty());
        gateway.second = Optional.of(_ -> FakeGateway.answer(200, "{\"ok\":1}"));

        HttpResponse<String> answer = ask(open(), ASK);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(header(answer, "x-switchgear-provider")).isEqualTo("beta");
        assertThat(header(answer, "x-switchgear-attempts")).isEqualTo("2");
        assertThat(header(answer, "x-switchgear-failovers")).isEqualTo("1");
    }

    @Test
    void a_sane_request_id_comes_back_and_a_trace_goes_on_under_a_span_of_ours() throws Exception {
        String trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

        HttpResponse<String> answer =
                ask(open(), ASK, "x-request-id", "my-id.1", "traceparent", trace);

        assertThat(header(answer, "x-request-id")).isEqualTo("my-id.1");
        assertThat(header(answer, "traceparent"))
                .matches("00-4bf92f3577b34da6a3ce929d0e0e4736-[0-9a-f]{16}-01")
                .isNotEqualTo(trace)
                .isEqualTo(gateway.calls.element().request().companions().traceparent());
        assertThat(gateway.calls.element().id()).isEqualTo("my-id.1");
    }

    @ParameterizedTest
    @CsvSource({
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "nonsense"
    })
    void nonsense_in_place_of_a_trace_or_an_id_goes_nowhere(String trace) throws Exception {
        HttpResponse<String> answer =
                ask(open(), ASK, "traceparent", trace, "x-request-id", "a b<script>");

        assertThat(header(answer, "traceparent")).isEqualTo("-");
        assertThat(header(answer, "x-request-id")).startsWith("req_");
        assertThat(gateway.calls.element().request().companions().traceparent()).isEmpty();
    }

    @Test
    void a_stream_arrives_event_by_event_under_the_name_of_who_won() throws Exception {
        var goOn = new CountDownLatch(1);
        gateway.first = _ -> FakeGateway.failure(Cause.OVERLOADED, "503", Optional.empty());
        gateway.second =
                Optional.of(dispatch -> {
                    FakeGateway.stream(dispatch, "data: 1\n\n");
                    await(goOn);
                    byte[] rest = "data: 2\n\ndata: [DONE]\n\n".getBytes(UTF_8);
                    dispatch.request().downstream().write(rest, 0, rest.length);
                    return FakeGateway.streamed();
                });
        Door door = open();

        HttpResponse<InputStream> answer =
                client.send(
                        to(door, CHAT)
                                .header("content-type", "application/json")
                                .POST(BodyPublishers.ofString(ASK_STREAM))
                                .build(),
                        BodyHandlers.ofInputStream());
        String first = new String(answer.body().readNBytes(9), UTF_8);
        goOn.countDown();
        String rest = new String(answer.body().readAllBytes(), UTF_8);

        assertThat(first).isEqualTo("data: 1\n\n");
        assertThat(rest).isEqualTo("data: 2\n\ndata: [DONE]\n\n");
        assertThat(header(answer, "content-type")).isEqualTo("text/event-stream; charset=utf-8");
        assertThat(header(answer, "cache-control")).isEqualTo("no-cache");
        assertThat(header(answer, "x-accel-buffering")).isEqualTo("no");
        assertThat(header(answer, "x-switchgear-provider")).isEqualTo("beta");
        assertThat(header(answer, "x-switchgear-attempts")).isEqualTo("2");
        assertThat(header(answer, "x-switchgear-overhead-ms")).matches("\\d+\\.\\d{3}");
    }

    @Test
    void a_stream_that_breaks_off_ends_with_an_error_and_without_done() throws Exception {
        gateway.first =
                dispatch -> {
                    FakeGateway.stream(dispatch, "data: 1\n\n");
                    return FakeGateway.failure(
                            Cause.CONNECTION_LOST, "connection lost", Optional.empty());
                };

        HttpResponse<String> answer = ask(open(), ASK_STREAM);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).startsWith("data: 1\n\ndata: {\"error\":{").endsWith("}}\n\n");
        assertThat(answer.body()).contains("SG-1207").doesNotContain("[DONE]");
    }

    @Test
    void a_stream_that_fails_before_its_first_token_is_an_ordinary_error() throws Exception {
        gateway.first =
                _ -> FakeGateway.failure(Cause.FIRST_PIECE_TIMEOUT, "silent", Optional.empty());

        HttpResponse<String> answer = ask(open(), ASK_STREAM);

        assertThat(answer.statusCode()).isEqualTo(504);
        assertThat(header(answer, "content-type")).isEqualTo("application/json");
        assertThat(error(answer).get("message").asString()).contains("silent", "(SG-1204)");
    }

    @Test
    void a_request_at_fault_gets_its_upstreams_own_words() throws Exception {
        String words =
                "{\"error\":{\"message\":\"too long\",\"code\":\"context_length_exceeded\"}}";
        gateway.first =
                _ ->
                        FakeGateway.failure(
                                Cause.TOO_LARGE,
                                "400",
                                Optional.of(FakeGateway.declined(400, words)));

        HttpResponse<String> answer = ask(open(), ASK);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).isEqualTo(words);
        assertThat(header(answer, "x-should-retry")).isEqualTo("false");
    }

    @ParameterizedTest
    @CsvSource({
        "KEY_REJECTED, 502, SG-1211",
        "ACCOUNT_EXHAUSTED, 402, SG-1213",
        "RATE_LIMITED, 429, SG-1212",
        "CONNECT_FAILED, 503, SG-1201",
        "HEAD_TIMEOUT, 504, SG-1204",
        "SERVER_ERROR, 502, SG-1205",
        "MALFORMED, 502, SG-1205",
        "ADAPTER_FAILED, 502, SG-1205"
    })
    void what_goes_wrong_between_us_and_a_provider_is_told_as_ours(
            Cause cause, int status, String code) throws Exception {
        gateway.first =
                _ ->
                        FakeGateway.failure(
                                cause, "because", Optional.of(FakeGateway.declined(401, "secret")));

        HttpResponse<String> answer = ask(open(), ASK);

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).doesNotContain("secret");
        assertThat(error(answer).get("message").asString())
                .contains("`chat`", "alpha/main because", "(" + code + ")");
        // A limit is over after that wait; nothing else is mended by asking again.
        assertThat(header(answer, "x-should-retry"))
                .isEqualTo(cause == Cause.RATE_LIMITED ? "-" : "false");
        assertThat(header(answer, "retry-after")).isEqualTo("12");
        assertThat(header(answer, "retry-after-ms")).isEqualTo("12000");
    }

    @Test
    void an_unknown_model_is_told_with_those_that_are_close() throws Exception {
        HttpResponse<String> answer = ask(open(), ASK.replace("chat\"", "gpt-4o-mimi\""));

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(error(answer).get("code").asString()).isEqualTo("model_not_found");
        assertThat(error(answer).get("param").asString()).isEqualTo("model");
        assertThat(error(answer).get("message").asString())
                .contains("`gpt-4o-mimi`", "Closest: `gpt-4o-mini`", "(SG-1203)");
    }

    @Test
    void bad_json_is_told_with_its_place_and_a_missing_model_with_its_name() throws Exception {
        Door door = open();

        HttpResponse<String> broken = ask(door, "{\"model\": \"chat\",}");
        HttpResponse<String> without = ask(door, "{\"messages\":[]}");

        assertThat(broken.statusCode()).isEqualTo(400);
        assertThat(error(broken).get("message").asString()).contains("line 1, column");
        assertThat(without.statusCode()).isEqualTo(400);
        assertThat(error(without).get("param").asString()).isEqualTo("model");
        assertThat(gateway.calls).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "application/json, 200",
        "application/json; charset=utf-8, 200",
        "application/x-www-form-urlencoded, 200",
        "text/plain, 415",
        "multipart/form-data, 415"
    })
    void json_is_taken_under_the_names_that_clients_give_it(String type, int status)
            throws Exception {
        assertThat(ask(open(), ASK, "content-type", type).statusCode()).isEqualTo(status);
    }

    @Test
    void a_compressed_body_is_not_taken() throws Exception {
        assertThat(ask(open(), ASK, "content-encoding", "gzip").statusCode()).isEqualTo(415);
    }

    @Test
    void deep_json_is_refused_before_anybody_is_asked() throws Exception {
        String deep =
                "{\"model\":\"chat\",\"x\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";

        assertThat(ask(open(), deep).statusCode()).isEqualTo(400);
        assertThat(gateway.calls).isEmpty();
    }

    @Test
    void a_key_is_needed_where_clients_are_configured() throws Exception {
        Clients one =
                (key, _) -> key.filter("good"::equals).map(_ -> new Client("ci-bot", Rank.NORMAL));
        Door door = open(one, ClientLimits.NONE);

        HttpResponse<String> none = ask(door, ASK);
        HttpResponse<String> bad = ask(door, ASK, "authorization", "Bearer bad");
        HttpResponse<String> good = ask(door, ASK, "authorization", "bearer good");

        assertThat(none.statusCode()).isEqualTo(401);
        assertThat(bad.statusCode()).isEqualTo(401);
        assertThat(error(bad).get("code").asString()).isEqualTo("invalid_api_key");
        assertThat(error(bad)).isEqualTo(error(none));
        assertThat(header(bad, "www-authenticate")).startsWith("Bearer");
        assertThat(good.statusCode()).isEqualTo(200);
    }

    @Test
    void a_web_page_on_this_machine_is_not_this_machine() throws Exception {
        Door door = open();

        assertThat(ask(door, ASK, "origin", "https://evil.example").statusCode()).isEqualTo(401);
        assertThat(ask(door, ASK, "origin", "http://localhost:3000").statusCode()).isEqualTo(200);
        try (var raw = new RawClient(door.port())) {
            raw.send(
                    "GET /v1/models HTTP/1.1\r\nhost: rebound.example:8080\r\nconnection: close\r\n\r\n");
            assertThat(raw.readAll()).startsWith("HTTP/1.1 401");
        }
    }

    @Test
    void a_client_over_its_limit_is_told_when_there_is_room_again() throws Exception {
        var two =
                new ClientLimits.Settings(
                        List.of(new Limit(Limit.Measure.REQUESTS, 2, Duration.ofMinutes(1))),
                        Optional.empty());
        Door door =
                open(
                        (_, _) -> Optional.of(new Client("ci-bot", Rank.NORMAL)),
                        ClientLimits.NONE.next(
                                ClientLimits.Settings.NONE,
                                Map.of("ci-bot", two),
                                new ManualTime()));

        HttpResponse<String> first = ask(door, ASK);
        ask(door, ASK);
        HttpResponse<String> third = ask(door, ASK);

        assertThat(header(first, "x-ratelimit-limit-requests")).isEqualTo("2");
        assertThat(header(first, "x-ratelimit-remaining-requests")).isEqualTo("1");
        assertThat(header(first, "x-ratelimit-reset-requests"))
                .matches("1m0?\\.?\\d*s|\\d+\\.?\\d*s|1m\\d+\\.?\\d*s");
        assertThat(third.statusCode()).isEqualTo(429);
        assertThat(error(third).get("code").asString()).isEqualTo("rate_limit_exceeded");
        assertThat(error(third).get("message").asString())
                .startsWith("You are over your limit of 2 requests a minute for key `ci-bot`. Next")
                .endsWith("(SG-1202)");
        assertThat(Integer.parseInt(header(third, "retry-after"))).isBetween(1, 61);
        assertThat(Integer.parseInt(header(third, "retry-after-ms"))).isBetween(1, 61_000);
        assertThat(gateway.calls).hasSize(2);
    }

    @Test
    void a_client_with_too_many_requests_under_way_waits_or_is_told() throws Exception {
        var started = new LinkedBlockingQueue<String>();
        var finish = new CountDownLatch(1);
        gateway.first =
                dispatch -> {
                    started.add(dispatch.call().id());
                    try {
                        assertThat(finish.await(20, SECONDS)).isTrue();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return FakeGateway.stream(dispatch, "data: [DONE]\n\n");
                };
        var one =
                new ClientLimits.Settings(
                        List.of(), Optional.of(new BulkheadSettings(1, 1, Duration.ofMinutes(1))));
        Door door =
                open(
                        (_, _) -> Optional.of(new Client("bot", Rank.NORMAL)),
                        ClientLimits.NONE.next(
                                ClientLimits.Settings.NONE, Map.of("bot", one), new SystemTime()));

        var answers = new LinkedBlockingQueue<HttpResponse<String>>();
        for (int i = 0; i < 3; i++) {
            var _ =
                    client.sendAsync(
                                    to(door, CHAT)
                                            .POST(BodyPublishers.ofString(ASK_STREAM))
                                            .build(),
                                    BodyHandlers.ofString())
                            .thenAccept(answers::add);
        }
        HttpResponse<String> refused = answers.poll(20, SECONDS);
        assertThat(started.poll(20, SECONDS)).isNotNull();
        assertThat(started).as("one waits").isEmpty();
        finish.countDown();

        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(error(refused).get("message").asString())
                .startsWith("As many requests are under way as may be at once for key `bot` (1)")
                .endsWith("(SG-1202)");
        assertThat(header(refused, "retry-after")).isEqualTo("1");
        for (int i = 0; i < 2; i++) {
            assertThat(answers.poll(20, SECONDS).body()).endsWith("[DONE]\n\n");
        }
    }

    @Test
    void a_call_has_as_long_as_its_route_says() throws Exception {
        gateway.total = Duration.ofSeconds(7);
        var left = new LinkedBlockingQueue<Duration>();
        gateway.first =
                dispatch -> {
                    left.add(dispatch.call().deadline().remaining(new SystemTime()));
                    return FakeGateway.answer(200, "{}");
                };

        ask(open(), ASK);

        assertThat(left.element()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(7));
    }

    @Test
    void models_are_listed_and_shown_one_by_one() throws Exception {
        Door door = open();

        var all = client.send(to(door, "/v1/models").build(), BodyHandlers.ofString());
        var one =
                client.send(to(door, "/v1/models/alpha%2Fgpt-4o").build(), BodyHandlers.ofString());
        var slash =
                client.send(to(door, "/v1/models/alpha/gpt-4o").build(), BodyHandlers.ofString());
        var none = client.send(to(door, "/v1/models/gpt-9").build(), BodyHandlers.ofString());

        assertThat(JSON.readTree(all.body()).get("data").get(0).get("id").asString())
                .isEqualTo("chat");
        assertThat(JSON.readTree(one.body()).get("owned_by").asString()).isEqualTo("alpha");
        assertThat(slash.body()).isEqualTo(one.body());
        assertThat(none.statusCode()).isEqualTo(404);
        assertThat(error(none).get("message").asString()).contains("SG-1203");
    }

    @Test
    void other_paths_and_methods_are_told_what_there_is() throws Exception {
        Door door = open();

        var path = client.send(to(door, "/v1/chat/completion").build(), BodyHandlers.ofString());
        var method = client.send(to(door, CHAT).build(), BodyHandlers.ofString());
        var head = client.send(to(door, "/v1/models").HEAD().build(), BodyHandlers.ofString());
        var options =
                client.send(
                        to(door, CHAT).method("OPTIONS", BodyPublishers.noBody()).build(),
                        BodyHandlers.ofString());

        assertThat(path.statusCode()).isEqualTo(404);
        assertThat(error(path).get("message").asString()).contains("`/v1/chat/completions`");
        assertThat(method.statusCode()).isEqualTo(405);
        assertThat(header(method, "allow")).isEqualTo("OPTIONS, POST");
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(options.statusCode()).isEqualTo(204);
        assertThat(header(options, "allow")).isEqualTo("OPTIONS, POST");
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    @Tag("alone")
    void a_client_that_hangs_up_cancels_its_call_within_100_ms(boolean streamed) throws Exception {
        var began = new CountDownLatch(1);
        var cancelled = new CompletableFuture<Long>();
        gateway.first =
                dispatch -> {
                    if (streamed) {
                        FakeGateway.stream(dispatch, "data: 1\n\n");
                    }
                    began.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException _) {
                        cancelled.complete(System.nanoTime());
                        Thread.currentThread().interrupt();
                    }
                    return FakeGateway.failure(Cause.CANCELLED, "gone", Optional.empty());
                };
        Door door = open();

        try (var raw = new RawClient(door.port())) {
            String body = streamed ? ASK_STREAM : ASK;
            raw.send(
                    "POST "
                            + CHAT
                            + " HTTP/1.1\r\nhost: localhost\r\ncontent-length: "
                            + body.length()
                            + "\r\n\r\n"
                            + body);
            assertThat(began.await(10, SECONDS)).isTrue();
            long left = System.nanoTime();
            raw.hangUp();

            assertThat(Duration.ofNanos(cancelled.get(10, SECONDS) - left))
                    .isLessThan(Duration.ofMillis(100));
        }
    }

    @Test
    void a_door_out_of_time_ends_streams_with_an_error_event_and_plain_calls_with_503()
            throws Exception {
        var began = new CountDownLatch(2);
        gateway.first =
                dispatch -> {
                    if (dispatch.request().body().streamed()) {
                        FakeGateway.stream(dispatch, "data: 1\n\n");
                    }
                    began.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException _) {
                        Thread.currentThread().interrupt();
                    }
                    return FakeGateway.failure(Cause.CANCELLED, "cancelled", Optional.empty());
                };
        Door door = open();
        var stream = CompletableFuture.supplyAsync(() -> unchecked(door, ASK_STREAM));
        var plain = CompletableFuture.supplyAsync(() -> unchecked(door, ASK));
        assertThat(began.await(10, SECONDS)).isTrue();

        boolean clean = door.drain(Duration.ofMillis(200));

        assertThat(clean).isFalse();
        assertThat(stream.get(10, SECONDS).body())
                .startsWith("data: 1\n\ndata: {\"error\":")
                .contains("SG-1206")
                .doesNotContain("[DONE]");
        assertThat(plain.get(10, SECONDS).statusCode()).isEqualTo(503);
        assertThat(plain.get(10, SECONDS).body()).contains("SG-1206");
    }

    @Test
    void an_adapter_that_breaks_is_a_502_and_never_seen_where_another_is_well() throws Exception {
        gateway.first =
                _ -> {
                    throw new StackOverflowError("planted");
                };
        Door door = open();
        HttpResponse<String> alone = ask(door, ASK);
        HttpResponse<String> stream = ask(door, ASK_STREAM);
        gateway.second = Optional.of(_ -> FakeGateway.answer(200, "{}"));

        assertThat(alone.statusCode()).isEqualTo(502);
        assertThat(alone.body()).contains("SG-1205").doesNotContain("planted");
        assertThat(stream.statusCode()).isEqualTo(502);
        assertThat(ask(door, ASK).statusCode()).isEqualTo(200);
    }

    @Test
    void a_bug_of_ours_elsewhere_is_a_500_and_the_next_call_goes_through() throws Exception {
        gateway.defect = Optional.of(new IllegalStateException("planted"));
        Door door = open();
        HttpResponse<String> bug = ask(door, ASK);
        gateway.defect = Optional.empty();

        assertThat(bug.statusCode()).isEqualTo(500);
        assertThat(bug.body()).contains("SG-1500").doesNotContain("planted");
        assertThat(ask(door, ASK).statusCode()).isEqualTo(200);
    }

    private HttpResponse<String> unchecked(Door door, String body) {
        try {
            return ask(door, body);
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
