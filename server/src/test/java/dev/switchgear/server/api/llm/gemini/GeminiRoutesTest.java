package dev.switchgear.server.api.llm.gemini;

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
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.call.Downstream;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.call.LlmReply.Content;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.chat.FinishReason;
import dev.switchgear.families.llm.dialect.EmbeddingsAnswer;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class GeminiRoutesTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String ASK = "{\"contents\":[{\"parts\":[{\"text\":\"hi\"}]}]}";
    private static final String STREAM = "/v1beta/models/chat:streamGenerateContent";

    private final FakeGateway gateway = new FakeGateway();
    private final HttpClient client = HttpClient.newHttpClient();
    private final List<Door> opened = new ArrayList<>();

    @AfterEach
    void close() {
        client.close();
        opened.forEach(Door::close);
    }

    private Door open(Clients clients) {
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
        routes.addAll(new GeminiRoutes(llm).routes());
        routes.addAll(new OpenAiRoutes(llm).routes());
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

    private HttpResponse<String> ask(Door door, String path, String body, String... headers)
            throws Exception {
        return ask(door, path, body.getBytes(UTF_8), headers);
    }

    private HttpResponse<String> ask(Door door, String path, byte[] body, String... headers)
            throws Exception {
        HttpRequest.Builder request =
                to(door, path)
                        .header("content-type", "application/json")
                        .POST(BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> get(Door door, String path, String... headers) throws Exception {
        HttpRequest.Builder request = to(door, path);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private static HttpRequest.Builder to(Door door, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + door.port() + path))
                .timeout(Duration.ofSeconds(20));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1beta", "/v1", "/genai/v1beta", "/genai/v1"})
    void a_call_is_carried_from_each_address(String prefix) throws Exception {
        gateway.first = _ -> told(text("x"));

        HttpResponse<String> answer =
                ask(open(Clients.onThisMachine()), prefix + "/models/chat:generateContent", ASK);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(JSON.readTree(answer.body()).at("/candidates/0/content/parts/0/text").asString())
                .isEqualTo("x");
        LlmRequest asked = gateway.calls.element().request();
        assertThat(asked.operation()).isEqualTo(Operation.CHAT);
        assertThat(asked.streamed()).isFalse();
        assertThat(asked.passable()).isTrue();
        assertThat(asked.body().bytes()).isEqualTo(ASK.getBytes(UTF_8));
        assertThat(asked.body().model()).isEqualTo("chat");
    }

    @Test
    void a_stream_is_events_for_who_asks_for_them() throws Exception {
        gateway.first = dispatch -> streamed(dispatch, text("a"), text("b"));

        HttpResponse<String> answer = ask(open(Clients.onThisMachine()), STREAM + "?alt=sse", ASK);

        assertThat(answer.headers().firstValue("content-type")).contains("text/event-stream");
        assertThat(answer.body()).startsWith("data: {\"candidates\"").endsWith("}\r\n\r\n");
        assertThat(gateway.calls.element().request().passable()).isTrue();
    }

    @Test
    void a_stream_is_an_array_for_who_does_not() throws Exception {
        gateway.first = dispatch -> streamed(dispatch, text("a"), text("b"));

        HttpResponse<String> answer = ask(open(Clients.onThisMachine()), STREAM, ASK);

        assertThat(answer.headers().firstValue("content-type")).contains("application/json");
        assertThat(JSON.readTree(answer.body()).size()).isEqualTo(3);
        assertThat(gateway.calls.element().request().passable()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?alt=sse"})
    void a_stream_that_breaks_off_ends_with_an_error_of_google(String query) throws Exception {
        gateway.first =
                dispatch -> {
                    streamed(dispatch, text("a"));
                    return new Outcome.Failure<>(
                            Fault.of(
                                    Cause.CONNECTION_LOST,
                                    Scope.PROVIDER,
                                    Recovery.RETRY,
                                    true,
                                    "gone"),
                            Optional.empty(),
                            Quota.UNKNOWN);
                };

        HttpResponse<String> answer = ask(open(Clients.onThisMachine()), STREAM + query, ASK);

        String last = answer.body().strip();
        JsonNode error =
                query.isEmpty()
                        ? JSON.readTree(last).get(1)
                        : JSON.readTree(last.substring(last.lastIndexOf("data: ") + 6));
        assertThat(error.at("/error/code").asInt()).isEqualTo(502);
        assertThat(error.at("/error/status").asString()).isEqualTo("INTERNAL");
        assertThat(answer.body()).doesNotContain("finishReason");
    }

    @Test
    void counts_and_embeddings_are_answered_in_googles_words() throws Exception {
        Door door = open(Clients.onThisMachine());
        float[] vector = {1, 0};

        gateway.first = _ -> answered(new Content.Counted(12));
        HttpResponse<String> count = ask(door, "/v1beta/models/chat:countTokens", ASK);
        gateway.first =
                _ ->
                        answered(
                                new Content.Embedded(
                                        new EmbeddingsAnswer(
                                                "", List.of(vector), TokenUsage.UNKNOWN)));
        String one = "{\"content\":{\"parts\":[{\"text\":\"a\"}]}}";
        HttpResponse<String> embedding = ask(door, "/v1beta/models/chat:embedContent", one);
        HttpResponse<String> embeddings =
                ask(door, "/v1beta/models/chat:batchEmbedContents", "{\"requests\":[" + one + "]}");

        assertThat(count.body()).isEqualTo("{\"totalTokens\": 12}");
        assertThat(JSON.readTree(embedding.body()).at("/embedding/values").size()).isEqualTo(2);
        assertThat(JSON.readTree(embeddings.body()).at("/embeddings/0/values").size()).isEqualTo(2);
    }

    @Test
    void the_key_may_come_in_each_of_googles_ways() throws Exception {
        Door door =
                open((shown, _) ->
                        shown.filter("k-1"::equals).map(_ -> new Client("c", Rank.NORMAL)));
        gateway.first = _ -> told(text("x"));
        String path = "/v1beta/models/chat:generateContent";

        assertThat(ask(door, path, ASK, "x-goog-api-key", "k-1").statusCode()).isEqualTo(200);
        assertThat(ask(door, path, ASK, "authorization", "Bearer k-1").statusCode()).isEqualTo(200);
        assertThat(ask(door, path + "?key=k-1", ASK).statusCode()).isEqualTo(200);
        HttpResponse<String> refused = ask(door, path + "?key=k-2", ASK);
        assertThat(refused.statusCode()).isEqualTo(401);
        JsonNode error = JSON.readTree(refused.body()).path("error");
        assertThat(error.path("status").asString()).isEqualTo("UNAUTHENTICATED");
        assertThat(error.at("/details/0/reason").asString()).isEqualTo("API_KEY_INVALID");
    }

    @ParameterizedTest
    @CsvSource({
        "/v1beta/models/nobodys:generateContent, 404, NOT_FOUND",
        "/v1beta/models/chat:forget, 404, NOT_FOUND",
        "/v1beta/models/chat, 404, NOT_FOUND",
        "/v1beta/models/:generateContent, 404, NOT_FOUND"
    })
    void what_is_not_there_is_not_found(String path, int status, String word) throws Exception {
        HttpResponse<String> answer = ask(open(Clients.onThisMachine()), path, ASK);

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(JSON.readTree(answer.body()).at("/error/status").asString()).isEqualTo(word);
        assertThat(JSON.readTree(answer.body()).at("/error/code").asInt()).isEqualTo(status);
    }

    @Test
    void models_are_listed_page_by_page() throws Exception {
        Door door = open(Clients.onThisMachine());

        JsonNode first = JSON.readTree(get(door, "/v1beta/models?pageSize=2").body());
        String token = first.path("nextPageToken").asString();
        JsonNode second =
                JSON.readTree(get(door, "/v1beta/models?pageSize=2&pageToken=" + token).body());
        JsonNode one = JSON.readTree(get(door, "/v1beta/models/alpha/gpt-4o").body());

        assertThat(first.at("/models/0/name").asString()).isEqualTo("models/chat");
        assertThat(second.path("models").size()).isEqualTo(1);
        assertThat(second.has("nextPageToken")).isFalse();
        assertThat(one.path("name").asString()).isEqualTo("models/alpha/gpt-4o");
        assertThat(one.path("supportedGenerationMethods").size()).isEqualTo(5);
    }

    @Test
    void openais_list_stays_openais_where_the_client_is_not_googles() throws Exception {
        Door door = open(Clients.onThisMachine());

        assertThat(JSON.readTree(get(door, "/v1/models").body()).has("data")).isTrue();
        assertThat(
                        JSON.readTree(get(door, "/v1/models", "x-goog-api-key", "k").body())
                                .has("models"))
                .isTrue();
    }

    @Test
    void whatever_a_client_sends_is_answered_as_google_answers_a_bad_request() throws Exception {
        Door door = open(Clients.onThisMachine());
        // As an upstream of another dialect does: it reads what is meant.
        gateway.first =
                dispatch -> {
                    try {
                        dispatch.request().meaning().chat();
                        return told(text("x"));
                    } catch (InvalidBody invalid) {
                        return new Outcome.Failure<>(
                                Fault.of(
                                        Cause.INVALID_REQUEST,
                                        Scope.REQUEST,
                                        Recovery.RETURN,
                                        false,
                                        invalid.message()),
                                Optional.empty(),
                                Quota.UNKNOWN);
                    }
                };
        var bodies = new ArrayList<byte[]>();
        var random = new Random(5);
        byte[] seed =
                """
                {"contents":[{"role":"user","parts":[{"text":"é"}]}],"tools":[{"functionDeclarations":\
                [{"name":"f","parameters":{"type":"OBJECT"}}]}],"generationConfig":{"topK":1}}\
                """
                        .getBytes(UTF_8);
        for (int i = 0; i < 150; i++) {
            byte[] body = seed.clone();
            body[random.nextInt(body.length)] = (byte) random.nextInt(256);
            bodies.add(body);
            byte[] cut = new byte[random.nextInt(seed.length)];
            System.arraycopy(seed, 0, cut, 0, cut.length);
            bodies.add(cut);
        }
        bodies.add("{\"contents\":".repeat(500).getBytes(UTF_8));
        bodies.add("[".repeat(100_000).getBytes(UTF_8));
        bodies.add(
                ("{\"contents\":[{\"parts\":[{\"text\":" + "9".repeat(5000) + "}]}]}")
                        .getBytes(UTF_8));
        for (String wrong : List.of("[]", "null", "3", "\"x\"", "{\"contents\":7}", "{}")) {
            bodies.add(wrong.getBytes(UTF_8));
        }

        int refused = 0;
        for (byte[] body : bodies) {
            HttpResponse<String> answer = ask(door, "/v1beta/models/chat:generateContent", body);
            String about = new String(body, 0, Math.min(body.length, 300), UTF_8);
            if (answer.statusCode() != 200) {
                assertThat(answer.statusCode()).as(about).isEqualTo(400);
                assertThat(JSON.readTree(answer.body()).at("/error/status").asString())
                        .as(about)
                        .isEqualTo("INVALID_ARGUMENT");
                refused++;
            }
        }
        assertThat(refused).isBetween(160, bodies.size() - 20);
    }

    private static ChatEvent text(String text) {
        return new ChatEvent.Text(text);
    }

    private static Outcome<LlmReply> told(ChatEvent... events) {
        return answered(new Content.Told(all(events)));
    }

    private static List<ChatEvent> all(ChatEvent... events) {
        var all = new ArrayList<ChatEvent>();
        all.add(new ChatEvent.Start("r", "m"));
        all.addAll(List.of(events));
        all.add(new ChatEvent.Finish(FinishReason.STOP, ""));
        return all;
    }

    private static Outcome<LlmReply> answered(Content content) {
        return new Outcome.Success<>(
                new LlmReply(200, content, TokenUsage.UNKNOWN, "m", "stop", List.of()),
                7,
                Quota.UNKNOWN);
    }

    private static Outcome<LlmReply> streamed(Dispatch<LlmRequest> dispatch, ChatEvent... events) {
        dispatch.commit();
        Downstream downstream = dispatch.request().downstream();
        downstream.begin(FakeGateway.opening(dispatch, ""));
        all(events).forEach(downstream::tell);
        return answered(new Content.Streamed());
    }
}
