package dev.switchgear.providers.ollama;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.call.Call;
import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.Dispatch;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.Rank;
import dev.switchgear.core.call.Timeouts;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.time.ManualTime;
import dev.switchgear.core.time.Threads;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.dialects.ollama.OllamaClientDialect;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.call.HoldBack;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.families.llm.call.Meaning;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.dialect.ClientDialect;
import dev.switchgear.families.llm.scan.RequestBody;
import dev.switchgear.families.llm.scan.RequestScan;
import dev.switchgear.families.llm.scan.ScanLimits;
import dev.switchgear.providers.ListeningClient;
import dev.switchgear.providers.Played;
import dev.switchgear.providers.PlayedTransport;
import dev.switchgear.providers.ProviderContract;
import dev.switchgear.providers.TestCalls;
import dev.switchgear.providers.llm.LlmAccount;
import dev.switchgear.providers.llm.LlmUpstream;
import dev.switchgear.walls.RecordedFolders;
import dev.switchgear.wire.Endpoint;
import dev.switchgear.wire.Headers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Real exchanges with servers of Ollama, replayed through the adapter in random pieces. They lie
/// beside the repository.
final class OllamaReplayTest {
    private static final int ROUNDS = 10;

    private final ManualTime time = new ManualTime();
    private final Random random = new Random(3);

    private record Recording(
            String name,
            boolean chat,
            boolean streamed,
            byte[] request,
            byte[] response,
            Headers headers) {}

    @Test
    void each_recorded_answer_passes_byte_for_byte() throws Exception {
        int replayed = 0;
        for (Recording recording : recordings()) {
            for (int round = 0; round < ROUNDS; round++) {
                ListeningClient client = ListeningClient.patient();

                LlmReply reply =
                        success(recording, replay(recording, recording.response(), true, client));

                byte[] got = recording.streamed() ? client.bytes() : ProviderContract.bytes(reply);
                assertThat(got).as(recording.name()).isEqualTo(recording.response());
                assertThat(reply.finish()).isEqualTo("stop");
                assertThat(reply.usage().wholeOutput()).as(recording.name()).isPositive();
            }
            replayed++;
        }
        assertThat(replayed).isEqualTo(RecordedFolders.count(4, 4));
    }

    @Test
    void each_recorded_answer_tells_others_the_same_however_it_is_cut() throws Exception {
        for (Recording recording : recordings()) {
            var told = new ArrayList<List<ChatEvent>>();
            for (int round = 0; round < ROUNDS; round++) {
                ListeningClient client = ListeningClient.patient();
                LlmReply reply =
                        success(recording, replay(recording, recording.response(), false, client));
                told.add(
                        reply.content() instanceof LlmReply.Content.Told(var events)
                                ? events
                                : client.events());
            }
            assertThat(told).as(recording.name()).containsOnly(told.getFirst());
            assertThat(told.getFirst()).last().isInstanceOf(ChatEvent.Finish.class);
        }
    }

    @Test
    void a_stream_that_is_cut_anywhere_is_never_taken_for_a_whole_one() throws Exception {
        for (Recording recording : recordings()) {
            for (int round = 0; round < ROUNDS && recording.streamed(); round++) {
                int end = recording.response().length - 2;
                byte[] cut = Arrays.copyOf(recording.response(), random.nextInt(end));
                for (boolean passable : List.of(true, false)) {
                    ListeningClient client = ListeningClient.patient();
                    assertThat(replay(recording, cut, passable, client))
                            .as(recording.name() + " cut at " + cut.length)
                            .isInstanceOf(Outcome.Failure.class);
                    assertThat(client.events()).noneMatch(ChatEvent.Finish.class::isInstance);
                }
            }
        }
    }

    private Outcome<LlmReply> replay(
            Recording recording, byte[] response, boolean passable, ListeningClient client)
            throws Exception {
        Dialect dialect = recording.chat() ? Dialect.OLLAMA : Dialect.OLLAMA_GENERATE;
        ClientDialect words =
                recording.chat()
                        ? new OllamaClientDialect(OllamaClientDialect.Form.CHAT)
                        : new OllamaClientDialect(OllamaClientDialect.Form.GENERATE);
        var played =
                new Played(200, recording.headers(), List.of(new Played.Step.Arrive(response)));
        var transport = PlayedTransport.answering(played.split(random), time);
        var upstream =
                new LlmUpstream(
                        new LlmAccount(
                                new UpstreamId("ollama", "main"),
                                OllamaProvider.ollama(
                                        TestCalls.at(Endpoint.parse(OllamaProvider.BASE))),
                                Optional.empty(),
                                transport),
                        Timeouts.DEFAULT,
                        time,
                        Threads.virtual());
        RequestBody body =
                RequestScan.scan(recording.request(), words.scanRules(), ScanLimits.DEFAULT);
        assertThat(body.streamed()).isEqualTo(recording.streamed());
        var request =
                new LlmRequest(
                        Operation.CHAT,
                        dialect,
                        body,
                        Meaning.of(Operation.CHAT, body, words),
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
                upstream.send(new Dispatch<>(call, TestCalls.UPSTREAM, "other", 1, time));
        assertThat(transport.sent().getFirst().path())
                .isEqualTo(recording.chat() || !passable ? "/api/chat" : "/api/generate");
        return outcome;
    }

    private static LlmReply success(Recording recording, Outcome<LlmReply> outcome) {
        assertThat(outcome).as(recording.name()).isInstanceOf(Outcome.Success.class);
        return ((Outcome.Success<LlmReply>) outcome).value();
    }

    private static List<Recording> recordings() throws Exception {
        var found = new ArrayList<Recording>();
        var entries = new ArrayList<JsonNode>();
        for (Path index : RecordedFolders.indexes()) {
            entries.addAll(Json.read(Files.readString(index)).values());
        }
        for (JsonNode entry : entries) {
            if (entry.path("kind").asString("").startsWith("native-")) {
                JsonNode meta = Json.read(Files.readString(file(entry, "meta")));
                Headers headers = Headers.NONE;
                for (var header : meta.path("response_headers").properties()) {
                    headers = headers.with(header.getKey(), header.getValue().asString(""));
                }
                found.add(
                        new Recording(
                                entry.path("id").asString(""),
                                entry.path("kind").asString("").equals("native-chat"),
                                entry.path("stream").asBoolean(false),
                                Files.readAllBytes(file(entry, "request")),
                                Files.readAllBytes(file(entry, "response")),
                                headers));
            }
        }
        return found;
    }

    private static Path file(JsonNode entry, String field) {
        return RecordedFolders.file(entry.path(field).asString(""));
    }
}
