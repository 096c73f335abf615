package dev.switchgear.providers.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.Timeouts;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.time.ManualTime;
import dev.switchgear.core.vault.Secret;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.call.LlmReply.Content;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.providers.ListeningClient;
import dev.switchgear.providers.Played;
import dev.switchgear.providers.PlayedTransport;
import dev.switchgear.providers.Recording;
import dev.switchgear.providers.Replay;
import dev.switchgear.providers.TestCalls;
import dev.switchgear.providers.llm.LlmAccount;
import dev.switchgear.providers.llm.LlmModels;
import dev.switchgear.providers.llm.LlmProvider;
import dev.switchgear.walls.RecordedFolders;
import dev.switchgear.wire.Endpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Real exchanges with Google, replayed through the adapter in random pieces. They lie beside the
/// repository.
final class GeminiReplayTest {
    private static final int ROUNDS = 4;
    private static final LlmProvider GOOGLE =
            GeminiProvider.google(TestCalls.at(Endpoint.parse(GeminiProvider.BASE)));

    private final ManualTime time = new ManualTime();
    private final Replay replay = new Replay(time, 1);

    @Test
    void each_recorded_answer_passes_byte_for_byte() throws Exception {
        int replayed = 0;
        for (Recording recording : recordings()) {
            if (recording.status() == 200) {
                for (int round = 0; round < ROUNDS; round++) {
                    ListeningClient client = ListeningClient.patient();

                    LlmReply reply = success(recording, replay(recording, true, client));
                    if (!recording.streamed() && recording.response()[0] == '[') {
                        // What a stream would have brought, for a client that asked for one answer.
                        assertThat(reply.content())
                                .as(recording.name())
                                .isInstanceOf(LlmReply.Content.Told.class);
                        continue;
                    }

                    assertThat(Replay.bytes(recording, client, reply))
                            .as(recording.name())
                            .isEqualTo(recording.response());
                    if (recording.operation() == Operation.CHAT) {
                        assertThat(reply.usage().known()).as(recording.name()).isTrue();
                        assertThat(reply.finish()).as(recording.name()).isNotEmpty();
                        assertThat(reply.model()).as(recording.name()).startsWith("gemini-");
                    }
                }
                replayed++;
            }
        }
        assertThat(replayed).isGreaterThan(RecordedFolders.count(30, 4));
    }

    @Test
    void each_recorded_stream_tells_the_same_however_it_is_cut() throws Exception {
        int replayed = 0;
        for (Recording recording : recordings()) {
            if (recording.status() == 200 && recording.streamed()) {
                var told = new ArrayList<List<ChatEvent>>();
                for (int round = 0; round < ROUNDS; round++) {
                    ListeningClient client = ListeningClient.patient();
                    success(recording, replay(recording, false, client));
                    told.add(client.events());
                }
                assertThat(told).as(recording.name()).containsOnly(told.getFirst());
                assertThat(told.getFirst()).last().isInstanceOf(ChatEvent.Finish.class);
                replayed++;
            }
        }
        assertThat(replayed).isGreaterThan(RecordedFolders.count(8, 0));
    }

    @Test
    void each_recorded_plain_answer_can_be_told() throws Exception {
        for (Recording recording : recordings()) {
            if (recording.status() == 200 && !recording.streamed()) {
                LlmReply reply =
                        success(recording, replay(recording, false, ListeningClient.patient()));

                switch (reply.content()) {
                    case Content.Told told ->
                            assertThat(told.events()).last().isInstanceOf(ChatEvent.Finish.class);
                    case Content.Counted counted -> assertThat(counted.tokens()).isEqualTo(8);
                    case Content.Embedded embedded ->
                            assertThat(embedded.answer().vectors()).hasSize(1);
                    case Content.Streamed _, Content.Passed _, Content.Declined _ ->
                            throw new AssertionError(recording.name());
                }
            }
        }
    }

    @Test
    void the_recorded_errors_are_recognised() throws Exception {
        int replayed = 0;
        for (Recording recording : recordings()) {
            if (recording.status() >= 400) {
                Outcome<LlmReply> outcome = replay(recording, true, ListeningClient.patient());

                assertThat(outcome).isInstanceOf(Outcome.Failure.class);
                var fault = ((Outcome.Failure<LlmReply>) outcome).fault();
                boolean limited = recording.status() == 429;
                assertThat(fault.cause())
                        .isEqualTo(limited ? Cause.RATE_LIMITED : Cause.KEY_REJECTED);
                assertThat(fault.retryAfter()).isEqualTo(Duration.ofSeconds(limited ? 48 : 0));
                replayed++;
            }
        }
        assertThat(replayed).isEqualTo(RecordedFolders.count(2, 1));
    }

    @Test
    void the_recorded_list_of_models_is_read_by_their_short_names() throws Exception {
        byte[] body =
                Files.readAllBytes(Recording.file("gemini/models.cli-models.sw0.response.json"));
        var transport =
                PlayedTransport.answering(
                        Played.of(200, "application/json; charset=UTF-8", body)
                                .split(new Random(1)),
                        time);
        var models =
                new LlmModels(
                        new LlmAccount(
                                new UpstreamId("gemini", "main"),
                                GOOGLE,
                                Optional.of(Secret.of("not-a-key")),
                                transport),
                        Timeouts.DEFAULT,
                        time);

        Outcome<List<String>> outcome = models.list(Deadline.in(Duration.ofMinutes(1), time));

        assertThat(outcome).isInstanceOf(Outcome.Success.class);
        assertThat(((Outcome.Success<List<String>>) outcome).value())
                .contains("gemini-2.5-flash")
                .noneMatch(name -> name.startsWith("models/"))
                .hasSize(Json.read(body, 0, body.length).path("models").size());
        assertThat(transport.sent().getFirst().path()).isEqualTo("/models?pageSize=1000");
    }

    private Outcome<LlmReply> replay(Recording recording, boolean passable, ListeningClient client)
            throws InvalidBody {
        return replay.play(
                GOOGLE, recording, GeminiCalls.asking(recording.operation()), passable, client);
    }

    private static LlmReply success(Recording recording, Outcome<LlmReply> outcome) {
        return Replay.success(recording, outcome).value();
    }

    private static List<Recording> recordings() throws IOException {
        return Recording.of(Set.of("gemini"), Set.of("generate", "count", "embeddings"));
    }
}
