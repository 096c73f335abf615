package dev.switchgear.server.api.llm.responses;

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
import dev.switchgear.core.time.SystemTime;
import dev.switchgear.core.time.Threads;
import dev.switchgear.core.vault.Secret;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.chat.FinishReason;
import dev.switchgear.families.llm.scan.ScanLimits;
import dev.switchgear.families.llm.tokens.TokenUsage;
import dev.switchgear.identity.Client;
import dev.switchgear.server.api.Clients;
import dev.switchgear.server.api.HttpRoutes;
import dev.switchgear.server.api.limit.ClientLimits;
import dev.switchgear.server.api.llm.FakeGateway;
import dev.switchgear.server.api.llm.KeepAlive;
import dev.switchgear.server.api.llm.LlmEdge;
import dev.switchgear.server.api.llm.responses.background.BackgroundRuns;
import dev.switchgear.server.api.llm.responses.kept.KeptResponses;
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
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class ResponsesRoutesTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String ASK = "{\"model\":\"chat\",\"input\":\"hi\"}";
    private static final String ASK_STREAM =
            "{\"model\":\"chat\",\"input\":\"hi\",\"stream\":true}";
    private static final List<ChatEvent> ANSWER =
            List.of(
                    new ChatEvent.Start("x", "real"),
                    new ChatEvent.Text("Hi"),
                    new ChatEvent.Usage(TokenUsage.of(3, 4)),
                    new ChatEvent.Finish(FinishReason.STOP, ""));

    private final FakeGateway gateway = new FakeGateway();
    private final HttpClient client = HttpClient.newHttpClient();
    private final LinkedBlockingQueue<Door> opened = new LinkedBlockingQueue<>();

    @AfterEach
    void close() {
        client.close();
        opened.forEach(Door::close);
    }

    private Door open() {
        return open(Clients.onThisMachine());
    }

    private Door open(Clients clients) {
        var time = new SystemTime();
        var edge =
                new ResponsesRoutes(
                        new LlmEdge(
                                gateway,
                                ClientLimits.NONE,
                                gateway,
                                ScanLimits.DEFAULT,
                                new KeepAlive(Duration.ZERO, Threads.virtual(), time),
                                time),
                        new KeptResponses(
                                new KeptResponses.Bounds(Duration.ofHours(1), 1_000_000, 100),
                                () -> ThreadLocalRandom.current().nextLong(),
                                time),
                        1_000_000,
                        new ResponsesRoutes.Later(
                                new BackgroundRuns(1 << 22, Threads.virtual(), time),
                                new BackgroundRuns.Bounds(
                                        1, 1, Duration.ofMinutes(1), Duration.ofMinutes(1)),
                                new KeepAlive(Duration.ZERO, Threads.virtual(), time)),
                        Secret.of("pepper"));
        var table =
                new HttpRoutes(
                        edge.routes(),
                        clients,
                        new ResponsesProtocol(),
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

    private HttpRequest.Builder to(Door door, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + door.port() + path))
                .timeout(Duration.ofSeconds(20));
    }

    private HttpResponse<String> ask(Door door, String path, byte[] body) throws Exception {
        return client.send(
                to(door, path)
                        .POST(BodyPublishers.ofByteArray(body))
                        .header("content-type", "application/json")
                        .build(),
                BodyHandlers.ofString());
    }

    private HttpResponse<String> ask(Door door, String body) throws Exception {
        return ask(door, "/v1/responses", body.getBytes(UTF_8));
    }

    /// What an upstream of another dialect does: it reads what is asked, and tells or returns events.
    private static Outcome<LlmReply> translated(Dispatch<LlmRequest> dispatch) {
        LlmRequest request = dispatch.request();
        try {
            if (request.operation() == Operation.COUNT_TOKENS) {
                assertThat(request.meaning().chat().turns()).isNotEmpty();
                return success(new LlmReply.Content.Counted(16));
            }
            assertThat(request.meaning().chat().turns()).isNotEmpty();
        } catch (InvalidBody invalid) {
            return Outcome.Failure.of(
                    Fault.of(
                            Cause.INVALID_REQUEST,
                            Scope.REQUEST,
                            Recovery.RETURN,
                            false,
                            invalid.message()));
        }
        if (!request.body().streamed()) {
            return success(new LlmReply.Content.Told(ANSWER));
        }
        if (!dispatch.commit() || !request.downstream().begin(FakeGateway.opening(dispatch, ""))) {
            return FakeGateway.failure(Cause.CANCELLED, "gone", Optional.empty());
        }
        for (ChatEvent event : ANSWER) {
            request.downstream().tell(event);
        }
        return success(new LlmReply.Content.Streamed());
    }

    private static Outcome<LlmReply> success(LlmReply.Content content) {
        return new Outcome.Success<>(
                new LlmReply(200, content, TokenUsage.of(3, 4), "real", "stop", List.of("stop")),
                7,
                Quota.UNKNOWN);
    }

    private static JsonNode error(HttpResponse<String> answer) {
        return JSON.readTree(answer.body()).get("error");
    }

    @Test
    void an_answer_of_the_same_dialect_passes_byte_for_byte() throws Exception {
        gateway.first = _ -> FakeGateway.answer(200, "{ \"id\":\"resp_1\" }");

        HttpResponse<String> answer = ask(open(), ASK);

        assertThat(answer.body()).isEqualTo("{ \"id\":\"resp_1\" }");
        assertThat(gateway.calls.element().request().body().bytes()).isEqualTo(ASK.getBytes(UTF_8));
    }

    @Test
    void an_answer_of_another_dialect_is_a_response_with_its_items() throws Exception {
        gateway.first = ResponsesRoutesTest::translated;

        HttpResponse<String> answer = ask(open(), ASK);

        JsonNode response = JSON.readTree(answer.body());
        assertThat(response.get("object").asString()).isEqualTo("response");
        assertThat(response.get("id").asString()).startsWith("resp_");
        assertThat(response.at("/output/0/content/0/text").asString()).isEqualTo("Hi");
        assertThat(response.at("/usage/total_tokens").asInt()).isEqualTo(7);
        assertThat(answer.headers().firstValue("x-switchgear-dropped")).contains("stop");
    }

    @Test
    void a_stream_of_another_dialect_is_told_item_by_item_and_ends_completed() throws Exception {
        gateway.first = ResponsesRoutesTest::translated;

        HttpResponse<String> answer = ask(open(), ASK_STREAM);

        assertThat(answer.headers().firstValue("content-type").orElseThrow())
                .startsWith("text/event-stream");
        assertThat(answer.body().lines().filter(line -> line.startsWith("event: ")))
                .containsExactly(
                        "event: response.created",
                        "event: response.in_progress",
                        "event: response.output_item.added",
                        "event: response.content_part.added",
                        "event: response.output_text.delta",
                        "event: response.output_text.done",
                        "event: response.content_part.done",
                        "event: response.output_item.done",
                        "event: response.completed");
        assertThat(answer.body()).doesNotContain("[DONE]");
    }

    @Test
    void a_passed_stream_that_breaks_off_ends_with_the_error_alone() throws Exception {
        String created =
                "event: response.created\ndata: {\"type\":\"response.created\","
                        + "\"sequence_number\":0,\"response\":{\"id\":\"resp_9\"}}\n\n";
        gateway.first =
                dispatch -> {
                    FakeGateway.stream(dispatch, created);
                    return FakeGateway.failure(Cause.CONNECTION_LOST, "lost", Optional.empty());
                };

        HttpResponse<String> answer = ask(open(), ASK_STREAM);

        assertThat(answer.body()).startsWith(created + "event: error\ndata: {\"type\":\"error\"");
        assertThat(answer.body().lines().filter(line -> line.startsWith("event: "))).hasSize(2);
        assertThat(answer.body()).contains("SG-1207");
    }

    @Test
    void a_stream_that_fails_before_its_first_token_is_an_ordinary_error() throws Exception {
        gateway.first = _ -> FakeGateway.failure(Cause.SERVER_ERROR, "500", Optional.empty());

        HttpResponse<String> answer = ask(open(), ASK_STREAM);

        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(error(answer).get("type").asString()).isEqualTo("server_error");
    }

    @Test
    void tokens_are_counted_under_a_path_of_their_own() throws Exception {
        gateway.first = ResponsesRoutesTest::translated;

        HttpResponse<String> answer =
                ask(open(), "/v1/responses/input_tokens", ASK.getBytes(UTF_8));

        assertThat(answer.body())
                .isEqualTo("{\"object\":\"response.input_tokens\",\"input_tokens\":16}");
    }

    @Test
    void what_nobody_left_here_is_refused_by_its_field() throws Exception {
        gateway.first = ResponsesRoutesTest::translated;
        Door door = open();

        HttpResponse<String> before =
                ask(
                        door,
                        "{\"model\":\"chat\",\"input\":\"hi\",\"previous_response_id\":\"resp_1\"}");

        assertThat(before.statusCode()).isEqualTo(400);
        assertThat(error(before).get("param").asString()).isEqualTo("previous_response_id");
        assertThat(error(before).get("message").asString())
                .contains("Previous response with id 'resp_1' not found");
        HttpResponse<String> stored =
                client.send(to(door, "/v1/responses/resp_1").build(), BodyHandlers.ofString());
        assertThat(stored.statusCode()).isEqualTo(404);
        assertThat(error(stored).get("code").asString()).isEqualTo("response_not_found");
    }

    @Test
    void a_key_is_needed_where_clients_are_configured() throws Exception {
        Clients one =
                (key, _) ->
                        key.filter("sk-client"::equals).map(_ -> new Client("one", Rank.NORMAL));
        Door door = open(one);

        assertThat(ask(door, ASK).statusCode()).isEqualTo(401);
        HttpResponse<String> allowed =
                client.send(
                        to(door, "/v1/responses")
                                .header("authorization", "Bearer sk-client")
                                .POST(BodyPublishers.ofString(ASK))
                                .build(),
                        BodyHandlers.ofString());
        assertThat(allowed.statusCode()).isEqualTo(200);
    }

    @Test
    void no_body_however_broken_is_answered_with_a_5xx() throws Exception {
        gateway.first = ResponsesRoutesTest::translated;
        Door door = open();
        var random = new SplittableRandom(5);
        int refused = 0;
        for (int round = 0; round < 400; round++) {
            HttpResponse<String> answer = ask(door, "/v1/responses", broken(random));

            assertThat(answer.statusCode()).isIn(200, 400, 404);
            if (answer.statusCode() != 200) {
                assertThat(error(answer).get("message").asString()).isNotEmpty();
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(200);
    }

    private static byte[] broken(SplittableRandom random) {
        String full =
                "{\"model\":\"chat\",\"instructions\":\"I\",\"input\":[{\"role\":\"user\","
                        + "\"content\":[{\"type\":\"input_text\",\"text\":\"hi\"}]},"
                        + "{\"type\":\"function_call\",\"call_id\":\"c\",\"name\":\"f\","
                        + "\"arguments\":\"{}\"},{\"type\":\"function_call_output\","
                        + "\"call_id\":\"c\",\"output\":\"o\"}],\"stream\":false,"
                        + "\"max_output_tokens\":20,\"temperature\":0.5,\"tools\":[]}";
        String[] values = {"null", "3", "\"x\"", "[]", "{}", "[[[[]]]]", "1e999", "\"\\ud800\""};
        byte[] body = full.getBytes(UTF_8);
        return switch (random.nextInt(4)) {
            case 0 -> Arrays.copyOf(body, random.nextInt(body.length));
            case 1 -> {
                body[random.nextInt(body.length)] = (byte) random.nextInt(256);
                yield body;
            }
            case 2 -> {
                String value = values[random.nextInt(values.length)];
                int depth = 1 + random.nextInt(2_000);
                yield ("{\"model\":\"chat\",\"input\":"
                                + "[".repeat(depth)
                                + value
                                + "]".repeat(depth)
                                + "}")
                        .getBytes(UTF_8);
            }
            default -> {
                String value = values[random.nextInt(values.length)];
                String[] fields = {
                    "\"hi\"", "\"user\"", "\"input_text\"", "\"I\"", "20", "0.5", "false", "\"o\""
                };
                yield full.replace(fields[random.nextInt(fields.length)], value).getBytes(UTF_8);
            }
        };
    }
}
