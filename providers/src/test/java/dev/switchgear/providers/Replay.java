package dev.switchgear.providers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.call.Call;
import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.Dispatch;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.Rank;
import dev.switchgear.core.call.Timeouts;
import dev.switchgear.core.time.ManualTime;
import dev.switchgear.core.time.Threads;
import dev.switchgear.core.vault.Secret;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.dialect.ClientDialect;
import dev.switchgear.families.llm.scan.RequestBody;
import dev.switchgear.families.llm.scan.RequestScan;
import dev.switchgear.families.llm.scan.ScanLimits;
import dev.switchgear.providers.llm.LlmAccount;
import dev.switchgear.providers.llm.LlmProvider;
import dev.switchgear.providers.llm.LlmUpstream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/// Plays recordings to a provider's adapter as a network may deliver them: cut anywhere. For one
/// thread.
public final class Replay {
    /// What a model is called at the provider where the recording does not say.
    public static final String MODEL = "other-model";

    private final ManualTime time;
    private final Random random;

    public Replay(ManualTime time, long seed) {
        this.time = time;
        this.random = new Random(seed);
    }

    /// @param asking the client, of the dialect that was recorded
    /// @param passable whether bytes may pass, or everything is told
    public Outcome<LlmReply> play(
            LlmProvider provider,
            Recording recording,
            ClientDialect asking,
            boolean passable,
            ListeningClient client)
            throws InvalidBody {
        var played =
                new Played(
                        recording.status(),
                        recording.headers(),
                        List.of(new Played.Step.Arrive(recording.response())));
        var transport = PlayedTransport.answering(played.split(random), time);
        var upstream =
                new LlmUpstream(
                        new LlmAccount(
                                TestCalls.UPSTREAM,
                                provider,
                                Optional.of(Secret.of("not-a-key")),
                                transport),
                        Timeouts.DEFAULT,
                        time,
                        Threads.virtual());
        boolean byPath = !recording.model().isEmpty();
        RequestBody scanned =
                RequestScan.scan(recording.request(), asking.scanRules(), ScanLimits.DEFAULT);
        RequestBody body = byPath ? scanned.at(recording.model(), recording.streamed()) : scanned;
        assertThat(body.streamed()).as(recording.name()).isEqualTo(recording.streamed());
        var call =
                new Call<>(
                        "r",
                        TestCalls.request(
                                asking, recording.operation(), body, passable, client, ""),
                        Deadline.in(Duration.ofMinutes(1), time),
                        true,
                        Rank.NORMAL,
                        0);
        String model = byPath ? recording.model() : MODEL;

        Outcome<LlmReply> outcome =
                upstream.send(new Dispatch<>(call, TestCalls.UPSTREAM, model, 1, time));

        byte[] sent = transport.sent().getFirst().body();
        if (!byPath) {
            assertThat(Json.read(sent, 0, sent.length).path("model").asString()).isEqualTo(MODEL);
        } else if (passable) {
            assertThat(sent).as(recording.name()).isEqualTo(recording.request());
        }
        return outcome;
    }

    public static Outcome.Success<LlmReply> success(
            Recording recording, Outcome<LlmReply> outcome) {
        assertThat(outcome).as(recording.name()).isInstanceOf(Outcome.Success.class);
        return (Outcome.Success<LlmReply>) outcome;
    }

    /// The bytes that the client or, of a plain answer, the reply got.
    public static byte[] bytes(Recording recording, ListeningClient client, LlmReply reply) {
        return recording.streamed() ? client.bytes() : ProviderContract.bytes(reply);
    }

    /// What the client or, of a plain answer, the reply was told.
    public static List<ChatEvent> events(ListeningClient client, LlmReply reply) {
        return reply.content() instanceof LlmReply.Content.Told(var told) ? told : client.events();
    }
}
