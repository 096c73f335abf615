package dev.switchgear.providers.llm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.call.Call;
import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.Dispatch;
import dev.switchgear.core.call.Fault;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.Rank;
import dev.switchgear.core.call.Timeouts;
import dev.switchgear.core.time.ManualTime;
import dev.switchgear.core.time.Threads;
import dev.switchgear.dialects.openai.OpenAiClientDialect;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.call.HoldBack;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.families.llm.call.Meaning;
import dev.switchgear.families.llm.dialect.ClientDialect;
import dev.switchgear.families.llm.scan.RequestBody;
import dev.switchgear.families.llm.scan.RequestScan;
import dev.switchgear.families.llm.scan.ScanLimits;
import dev.switchgear.providers.ListeningClient;
import dev.switchgear.providers.Played;
import dev.switchgear.providers.PlayedTransport;
import dev.switchgear.providers.TestCalls;
import dev.switchgear.providers.Unread;
import dev.switchgear.providers.openai.OpenAiProvider;
import dev.switchgear.wire.Endpoint;
import dev.switchgear.wire.WireException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A route that holds back for a time, on simulated time and on the threads that are handed in.
final class StreamHoldBackTest {
    private static final String CHUNK =
            "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"One\"}}]}\n\n";

    private static final String STOP =
            "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
    private static final String DONE = "data: [DONE]\n\n";

    private final ManualTime time = new ManualTime();
    private final ListeningClient client = ListeningClient.patient();
    private int started;

    /// The provider says one word, is silent for two seconds, and breaks.
    private Outcome<LlmReply> send(HoldBack holdBack) throws InvalidBody {
        Played played =
                Played.events(CHUNK)
                        .then(new Played.Step.Silence(Duration.ofSeconds(2)))
                        .then(new Played.Step.Break(WireException.Kind.CONNECTION_LOST));
        return send(holdBack, played, client, true);
    }

    private Outcome<LlmReply> send(
            HoldBack holdBack, Played played, ListeningClient listening, boolean passable)
            throws InvalidBody {
        Threads here =
                task -> {
                    started++;
                    task.run();
                    return Thread.currentThread();
                };
        var account =
                new LlmAccount(
                        TestCalls.UPSTREAM,
                        OpenAiProvider.openAi(
                                TestCalls.at(Endpoint.parse(OpenAiProvider.BASE)), LlmQuirks.NONE),
                        Optional.empty(),
                        PlayedTransport.answering(played, time));
        ClientDialect asking = passable ? new Unread(Dialect.OPENAI) : new OpenAiClientDialect();
        RequestBody body =
                RequestScan.scan(
                        "{\"model\":\"m\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}"
                                .getBytes(StandardCharsets.UTF_8),
                        asking.scanRules(),
                        ScanLimits.DEFAULT);
        var request =
                new LlmRequest(
                        Operation.CHAT,
                        Dialect.OPENAI,
                        body,
                        Meaning.of(Operation.CHAT, body, asking),
                        passable,
                        false,
                        holdBack,
                        listening,
                        Map.of(),
                        "");
        var call =
                new Call<>(
                        "req-1",
                        request,
                        Deadline.in(Duration.ofMinutes(1), time),
                        true,
                        Rank.NORMAL,
                        0);
        return new LlmUpstream(account, Timeouts.DEFAULT, time, here)
                .send(new Dispatch<>(call, TestCalls.UPSTREAM, "m", 1, time));
    }

    @Test
    void what_was_held_for_its_time_goes_out_on_a_thread_that_was_handed_in() throws InvalidBody {
        Outcome<LlmReply> outcome = send(new HoldBack(1_000, Duration.ofSeconds(1)));

        assertThat(outcome).isInstanceOf(Outcome.Failure.class);
        assertThat(client.text()).isEqualTo(CHUNK);
        assertThat(started).isEqualTo(1);
    }

    @Test
    void what_breaks_before_its_time_never_goes_out() throws InvalidBody {
        Outcome<LlmReply> outcome = send(new HoldBack(1_000, Duration.ofSeconds(3)));
        time.advance(Duration.ofSeconds(5));

        assertThat(outcome).isInstanceOf(Outcome.Failure.class);
        assertThat(client.reached()).isFalse();
        assertThat(started).isZero();
    }

    /// How a stream comes to be let go of, and how it ends.
    enum Release {
        WHOLE(HoldBack.WHOLE, Played.events(CHUNK + CHUNK + STOP + DONE)),
        WHOLE_WITHOUT_A_LAST_WORD(HoldBack.WHOLE, Played.events(CHUNK + CHUNK + STOP)),
        ENOUGH_PIECES(new HoldBack(2, Duration.ZERO), Played.events(CHUNK + CHUNK + STOP + DONE)),
        ENOUGH_PIECES_THEN_CUT(new HoldBack(2, Duration.ZERO), Played.events(CHUNK + CHUNK)),
        LONG_ENOUGH_THEN_CUT(
                new HoldBack(1_000, Duration.ofSeconds(1)),
                Played.events(CHUNK).then(new Played.Step.Silence(Duration.ofSeconds(2)))),
        LONG_ENOUGH_THEN_DONE(
                new HoldBack(1_000, Duration.ofSeconds(1)),
                Played.events(CHUNK)
                        .then(new Played.Step.Silence(Duration.ofSeconds(2)))
                        .then(CHUNK + STOP + DONE));

        @SuppressWarnings("ImmutableEnumChecker") // Nothing of it changes.
        private final HoldBack holdBack;

        @SuppressWarnings("ImmutableEnumChecker") // Nothing of it changes.
        private final Played played;

        Release(HoldBack holdBack, Played played) {
            this.holdBack = holdBack;
            this.played = played;
        }
    }

    /// Who gets nothing of what was held is not served, and nobody is blamed for that: neither where the
    /// bytes pass nor where they are told in other words, and however the provider goes on.
    @ParameterizedTest
    @EnumSource
    void a_client_that_has_gone_when_it_is_let_go_of_was_not_served(Release release)
            throws InvalidBody {
        for (boolean passable : new boolean[] {true, false}) {
            for (int writes : new int[] {-1, 0}) {
                var leaving = ListeningClient.leavingAfter(writes);

                Outcome<LlmReply> outcome =
                        send(release.holdBack, release.played, leaving, passable);

                String as = "passable: " + passable + ", " + writes + " writes";
                assertThat(fault(outcome).cause()).as(as).isEqualTo(Cause.CANCELLED);
                assertThat(fault(outcome).mayHaveActed()).as(as).isTrue();
                assertThat(leaving.writes()).isZero();
            }
        }
    }

    private static Fault fault(Outcome<LlmReply> outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Failure.class);
        return ((Outcome.Failure<LlmReply>) outcome).fault();
    }
}
