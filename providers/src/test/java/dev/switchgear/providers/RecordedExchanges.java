package dev.switchgear.providers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.switchgear.core.call.Call;
import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.Dispatch;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.Rank;
import dev.switchgear.core.call.Timeouts;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.time.ManualTime;
import dev.switchgear.core.vault.Secret;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.RequestBody;
import dev.switchgear.families.llm.RequestScan;
import dev.switchgear.families.llm.ScanLimits;
import dev.switchgear.families.llm.ScanRules;
import dev.switchgear.families.llm.call.HoldBack;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.families.llm.call.Meaning;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.dialect.Json;
import dev.switchgear.families.llm.dialect.openai.OpenAiClient;
import dev.switchgear.providers.llm.LlmProvider;
import dev.switchgear.providers.llm.LlmUpstream;
import dev.switchgear.wire.Headers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Replays a provider's recorded chats, which lie beside the repository, through its adapter: as bytes
/// that pass, and as events for a client that speaks another dialect. The network cuts them anywhere.
public abstract class RecordedExchanges {
    protected static final Path RECORDED =
            Path.of(System.getProperty("switchgear.root", "."))
                    .resolve("../shared/reference/llm/recorded");
    private static final int ROUNDS = 3;

    private final ManualTime time = new ManualTime();
    private final Random random = new Random(11);

    /// @param breaksOff whether the recorded stream ends with an error
    public record Exchange(
            String name,
            boolean streamed,
            int status,
            byte[] request,
            byte[] response,
            Headers headers,
            boolean breaksOff) {}

    protected abstract LlmProvider provider();

    protected abstract List<Exchange> exchanges() throws IOException;

    /// What each recorded status of an error means.
    protected abstract Map<Integer, Cause> causes();

    @Test
    void bytes_pass_as_they_were_recorded_and_their_tokens_add_up() throws Exception {
        int replayed = 0;
        for (Exchange exchange : exchanges()) {
            if (exchange.status() == 200 && !exchange.breaksOff()) {
                for (int round = 0; round < ROUNDS; round++) {
                    Client client = Client.patient();

                    LlmReply reply = success(exchange, replay(exchange, client, true));

                    byte[] got =
                            exchange.streamed() ? client.bytes() : ProviderContract.bytes(reply);
                    assertThat(got).as(exchange.name()).isEqualTo(exchange.response());
                    assertTokens(exchange, reply);
                }
                replayed++;
            }
        }
        assertThat(replayed).isPositive();
    }

    @Test
    void other_clients_are_told_the_same_answers() throws Exception {
        int replayed = 0;
        for (Exchange exchange : exchanges()) {
            if (exchange.status() == 200 && !exchange.breaksOff()) {
                for (int round = 0; round < ROUNDS; round++) {
                    Client client = Client.patient();

                    LlmReply reply = success(exchange, replay(exchange, client, false));

                    List<ChatEvent> events =
                            reply.content() instanceof LlmReply.Content.Told(var told)
                                    ? told
                                    : client.events();
                    assertThat(text(events)).as(exchange.name()).isEqualTo(recordedText(exchange));
                    assertThat(events.getLast()).isInstanceOf(ChatEvent.Finish.class);
                    assertTokens(exchange, reply);
                }
                replayed++;
            }
        }
        assertThat(replayed).isPositive();
    }

    @Test
    void recorded_errors_are_recognised() throws Exception {
        for (Exchange exchange : exchanges()) {
            if (exchange.status() >= 400) {
                Client client = Client.patient();

                Outcome<LlmReply> outcome = replay(exchange, client, true);

                assertThat(outcome).as(exchange.name()).isInstanceOf(Outcome.Failure.class);
                assertThat(((Outcome.Failure<LlmReply>) outcome).fault().cause())
                        .as(exchange.name())
                        .isEqualTo(causes().get(exchange.status()));
                assertThat(client.reached()).isFalse();
            }
        }
    }

    @Test
    void a_stream_that_breaks_off_is_a_failure_whoever_listens() throws Exception {
        for (Exchange exchange : exchanges()) {
            if (exchange.breaksOff()) {
                for (boolean passable : List.of(true, false)) {
                    Client client = Client.patient();

                    Outcome<LlmReply> outcome = replay(exchange, client, passable);

                    assertThat(outcome).as(exchange.name()).isInstanceOf(Outcome.Failure.class);
                    assertThat(client.text()).doesNotContain("[DONE]").doesNotContain("\"error\"");
                    assertThat(client.events())
                            .noneMatch(event -> event instanceof ChatEvent.Finish);
                }
            }
        }
    }

    @Test
    void a_stream_that_is_cut_anywhere_is_never_taken_for_a_whole_one() throws Exception {
        for (Exchange exchange : exchanges()) {
            if (exchange.status() == 200 && exchange.streamed() && !exchange.breaksOff()) {
                byte[] whole = exchange.response();
                int end = new String(whole, StandardCharsets.ISO_8859_1).lastIndexOf("[DONE]");
                for (int round = 0; round < ROUNDS; round++) {
                    byte[] cut = Arrays.copyOf(whole, random.nextInt(end));
                    var shorter =
                            new Exchange(
                                    exchange.name(),
                                    true,
                                    200,
                                    exchange.request(),
                                    cut,
                                    exchange.headers(),
                                    true);
                    for (boolean passable : List.of(true, false)) {
                        assertThat(replay(shorter, Client.patient(), passable))
                                .as(exchange.name() + " cut at " + cut.length)
                                .isInstanceOf(Outcome.Failure.class);
                    }
                }
            }
        }
    }

    private Outcome<LlmReply> replay(Exchange exchange, Client client, boolean passable)
            throws InvalidBody {
        var played =
                new Played(
                        exchange.status(),
                        exchange.headers(),
                        List.of(new Played.Step.Arrive(exchange.response())));
        var transport = PlayedTransport.answering(played.split(random), time);
        var upstream =
                new LlmUpstream(
                        new UpstreamId("recorded", "main"),
                        provider(),
                        Optional.of(Secret.of("not-a-key")),
                        transport,
                        Timeouts.DEFAULT,
                        time);
        RequestBody body =
                RequestScan.scan(
                        exchange.request(), ScanRules.of(Dialect.OPENAI), ScanLimits.DEFAULT);
        var request =
                new LlmRequest(
                        Operation.CHAT,
                        Dialect.OPENAI,
                        body,
                        Meaning.of(Operation.CHAT, body, new OpenAiClient()),
                        passable,
                        false,
                        HoldBack.NONE,
                        client,
                        Map.of(),
                        "");
        var call =
                new Call<>(
                        "r",
                        request,
                        Deadline.in(Duration.ofMinutes(1), time),
                        true,
                        Rank.NORMAL,
                        0);
        Outcome<LlmReply> outcome =
                upstream.send(new Dispatch<>(call, Asked.UPSTREAM, "other-model", 1, time));
        byte[] sent = transport.sent().getFirst().body();
        assertThat(Json.read(sent, 0, sent.length).path("model").asString())
                .isEqualTo("other-model");
        return outcome;
    }

    private static LlmReply success(Exchange exchange, Outcome<LlmReply> outcome) {
        assertThat(outcome).as(exchange.name()).isInstanceOf(Outcome.Success.class);
        return ((Outcome.Success<LlmReply>) outcome).value();
    }

    /// Whatever each part is called, the whole is what the provider says it is.
    private static void assertTokens(Exchange exchange, LlmReply reply) {
        long total = -1;
        for (JsonNode chunk : chunks(exchange)) {
            total = chunk.path("usage").path("total_tokens").longValue(total);
        }
        assertThat(reply.usage().total()).as(exchange.name()).isEqualTo(total);
    }

    private static String text(List<ChatEvent> events) {
        var text = new StringBuilder();
        for (ChatEvent event : events) {
            if (event instanceof ChatEvent.Text(String piece)) {
                text.append(piece);
            }
        }
        return text.toString();
    }

    private static String recordedText(Exchange exchange) {
        var text = new StringBuilder();
        for (JsonNode chunk : chunks(exchange)) {
            JsonNode choice = chunk.path("choices").path(0);
            text.append(choice.path("delta").path("content").asString(""));
            text.append(choice.path("message").path("content").asString(""));
        }
        return text.toString();
    }

    private static List<JsonNode> chunks(Exchange exchange) {
        String body = new String(exchange.response(), StandardCharsets.UTF_8);
        if (!exchange.streamed()) {
            return List.of(Json.read(body));
        }
        var chunks = new ArrayList<JsonNode>();
        for (String line : body.lines().toList()) {
            if (line.startsWith("data:") && !line.contains("[DONE]")) {
                chunks.add(Json.read(line.substring(5)));
            }
        }
        return chunks;
    }

    /// The chats of the index that are a provider's.
    protected static List<Exchange> recorded(String provider, Set<String> breakingOff)
            throws IOException {
        Path index = RECORDED.resolve("index.json");
        assumeTrue(Files.exists(index), "no recordings beside the repository");
        var found = new ArrayList<Exchange>();
        for (JsonNode entry : Json.read(Files.readString(index))) {
            if (entry.path("provider").asString("").equals(provider)
                    && entry.path("kind").asString("").equals("chat")
                    && entry.hasNonNull("request")) {
                JsonNode meta = Json.read(Files.readString(file(entry, "meta")));
                Headers headers = Headers.NONE;
                for (var header : meta.path("response_headers").properties()) {
                    headers = headers.with(header.getKey(), header.getValue().asString(""));
                }
                String id = entry.path("id").asString("");
                found.add(
                        new Exchange(
                                id,
                                entry.path("stream").asBoolean(false),
                                entry.path("status").asInt(),
                                Files.readAllBytes(file(entry, "request")),
                                Files.readAllBytes(file(entry, "response")),
                                headers,
                                breakingOff.contains(id)));
            }
        }
        return found;
    }

    private static Path file(JsonNode entry, String field) {
        return RECORDED.resolve(entry.path(field).asString(""));
    }

    /// A recording of which only the answer was kept: one JSON object, or one chunk a line.
    protected static Exchange answerOnly(String path) throws IOException {
        Path file = RECORDED.resolve(path);
        assumeTrue(Files.exists(file), "no recordings beside the repository");
        boolean streamed = path.endsWith(".chunks.txt");
        String body = Files.readString(file);
        if (streamed) {
            var events = new StringBuilder();
            body.lines()
                    .filter(line -> !line.isBlank())
                    .forEach(line -> events.append("data: ").append(line).append("\n\n"));
            body = events.append("data: [DONE]\n\n").toString();
        }
        String request =
                "{\"model\":\"m\",\"stream\":"
                        + streamed
                        + ",\"stream_options\":{\"include_usage\":true},"
                        + "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
        return new Exchange(
                path,
                streamed,
                200,
                request.getBytes(StandardCharsets.UTF_8),
                body.getBytes(StandardCharsets.UTF_8),
                Headers.of("content-type", streamed ? "text/event-stream" : "application/json"),
                false);
    }
}
