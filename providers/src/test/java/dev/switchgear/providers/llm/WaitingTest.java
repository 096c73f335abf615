package dev.switchgear.providers.llm;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.call.Call;
import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.Dispatch;
import dev.switchgear.core.call.Fault;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.Rank;
import dev.switchgear.core.call.Timeouts;
import dev.switchgear.core.patience.Habits;
import dev.switchgear.core.patience.Patience;
import dev.switchgear.core.patience.PatienceSettings;
import dev.switchgear.core.time.ManualTime;
import dev.switchgear.core.time.Threads;
import dev.switchgear.core.time.Time;
import dev.switchgear.core.time.WatchedTime;
import dev.switchgear.dialects.openai.OpenAiClientDialect;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.families.llm.model.ModelTraits;
import dev.switchgear.families.llm.model.Reasoning;
import dev.switchgear.families.llm.scan.RequestScan;
import dev.switchgear.families.llm.scan.ScanLimits;
import dev.switchgear.providers.Kinds;
import dev.switchgear.providers.ListeningClient;
import dev.switchgear.providers.LlmKind;
import dev.switchgear.providers.Played;
import dev.switchgear.providers.PlayedTransport;
import dev.switchgear.providers.TestCalls;
import dev.switchgear.wire.Endpoint;
import dev.switchgear.wire.Headers;
import dev.switchgear.wire.Transport;
import dev.switchgear.wire.WireException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// How long each provider is waited for, and what is said when that was in vain; on simulated time.
class WaitingTest {
    private static final ModelTraits CHAT = traits(Reasoning.NONE);
    private static final ModelTraits THINKER = traits(Reasoning.EFFORT);
    private static final String CHUNK =
            "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\n";
    private static final String END =
            """
            data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

            data: [DONE]

            """;
    private static final String ANSWER =
            "{\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":\"ok\"},"
                    + "\"finish_reason\":\"stop\"}]}";

    private final ManualTime time = new ManualTime();
    private final Habits habits = new Habits();

    /// The clock as the adapter sees it.
    private Time seen = time;

    private PatienceSettings settings = PatienceSettings.DEFAULT;

    private static ModelTraits traits(Reasoning way) {
        return new ModelTraits(OptionalLong.empty(), Optional.of(way), Set.of());
    }

    /// What the wire waits for before it gives up.
    private Timeouts asked = Timeouts.DEFAULT;

    private final Transport silence =
            (_, _, _, timeouts, _) -> {
                asked = timeouts;
                time.advance(timeouts.head());
                throw new WireException(WireException.Kind.HEAD_TIMEOUT, true, "silent");
            };

    /// A head that comes after a while, and the rest of the answer at once.
    private Transport late(Duration pause, Played answer) {
        return (endpoint, key, request, timeouts, deadline) -> {
            if (pause.compareTo(timeouts.head()) > 0) {
                return silence.send(endpoint, key, request, timeouts, deadline);
            }
            time.advance(pause);
            return PlayedTransport.answering(answer, time)
                    .send(endpoint, key, request, timeouts, deadline);
        };
    }

    private Outcome<LlmReply> send(
            String kind, ModelTraits traits, boolean streamed, String more, Transport transport) {
        LlmProvider provider =
                Kinds.ours()
                        .find(kind, LlmKind.class)
                        .orElseThrow()
                        .make(
                                new LlmPlace(
                                        Endpoint.parse("https://up.example/v1"),
                                        Headers.NONE,
                                        _ -> traits),
                                LlmQuirks.NONE);
        String body =
                "{\"model\":\"m\",\"stream\":"
                        + streamed
                        + more
                        + ",\"messages\":[{\"role\":\"user\",\"content\":\"go\"}]}";
        var asking = new OpenAiClientDialect();
        LlmRequest request;
        try {
            request =
                    TestCalls.request(
                            asking,
                            Operation.CHAT,
                            RequestScan.scan(
                                    body.getBytes(StandardCharsets.UTF_8),
                                    asking.scanRules(),
                                    ScanLimits.DEFAULT),
                            true,
                            ListeningClient.patient(),
                            "");
        } catch (InvalidBody invalid) {
            throw new AssertionError(invalid);
        }
        var call =
                new Call<>(
                        "req-1",
                        request,
                        Deadline.in(settings.total(), seen),
                        true,
                        Rank.NORMAL,
                        0);
        var account = new LlmAccount(TestCalls.UPSTREAM, provider, Optional.empty(), transport);
        return new LlmUpstream(account, new Patience(settings, habits), seen, Threads.virtual())
                .send(new Dispatch<>(call, TestCalls.UPSTREAM, "m", 1, seen));
    }

    private static Fault fault(Outcome<LlmReply> outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Failure.class);
        return ((Outcome.Failure<LlmReply>) outcome).fault();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "anthropic",
                "deepseek",
                "gemini",
                "mistral",
                "ollama",
                "openai",
                "openai-compatible",
                "openrouter",
                "xai"
            })
    void every_provider_is_waited_for_by_what_is_known_of_the_model(String kind) {
        for (boolean streamed : new boolean[] {false, true}) {
            String what = kind + (streamed ? " streamed" : " plain");

            assertThat(fault(send(kind, CHAT, streamed, "", silence)).detail())
                    .as(what)
                    .isEqualTo(
                            streamed
                                    ? "no first token in 45 s: the patience for a model that does not"
                                            + " reason and has no history here (setting"
                                            + " timeouts.first-token)"
                                    : "no answer in 45 s: the patience for a model that does not reason"
                                            + " and has no history here (setting timeouts.head)");
            assertThat(asked.head()).as(what).isEqualTo(ofSeconds(45));

            send(kind, THINKER, streamed, "", silence);
            assertThat(asked.head()).as(what + ", thinker").isEqualTo(ofMinutes(10));

            send(kind, ModelTraits.UNKNOWN, streamed, "", silence);
            assertThat(asked.head()).as(what + ", unknown").isEqualTo(ofMinutes(10));

            send(kind, CHAT, streamed, ",\"reasoning_effort\":\"high\"", silence);
            assertThat(asked.head()).as(what + ", effort").isEqualTo(ofMinutes(10));
        }
    }

    @Test
    void a_plain_answer_that_takes_70_seconds_comes() {
        for (int i = 0; i < 3; i++) {
            assertThat(
                            send(
                                    "openai",
                                    THINKER,
                                    false,
                                    "",
                                    late(ofSeconds(70), Played.json(200, ANSWER))))
                    .isInstanceOf(Outcome.Success.class);
        }
    }

    @Test
    void a_stream_that_thinks_for_70_seconds_and_pauses_for_40_comes() {
        Played answer =
                Played.events(": thinking\n\n")
                        .then(new Played.Step.Silence(ofSeconds(70)))
                        .then(CHUNK)
                        .then(new Played.Step.Silence(ofSeconds(40)))
                        .then(CHUNK + END);
        for (ModelTraits traits : new ModelTraits[] {THINKER, ModelTraits.UNKNOWN}) {
            assertThat(send("openai", traits, true, "", late(ofMillis(1), answer)))
                    .isInstanceOf(Outcome.Success.class);
        }
    }

    @Test
    void a_thinker_that_takes_five_minutes_is_never_cut_whatever_it_did_before() {
        for (int i = 0; i < 120; i++) {
            Duration took = i % 10 == 9 ? ofMinutes(5) : ofSeconds(20);
            Played answer = Played.events(CHUNK + END);

            assertThat(send("openai", THINKER, true, "", late(took, answer)))
                    .as("answer %d", i)
                    .isInstanceOf(Outcome.Success.class);
        }
    }

    @Test
    void a_black_hole_costs_the_callers_of_a_quick_model_seconds() {
        for (int i = 0; i < 30; i++) {
            send("openai", CHAT, false, "", late(ofMillis(400), Played.json(200, ANSWER)));
        }

        Fault fault = fault(send("openai", CHAT, false, "", silence));

        assertThat(fault.cause()).isEqualTo(Cause.HEAD_TIMEOUT);
        assertThat(asked.head()).isEqualTo(ofSeconds(15));
        assertThat(fault.detail())
                .isEqualTo(
                        "no answer in 15 s: the patience for a model whose last 30 answers took up to"
                                + " 400 ms (setting timeouts.head)");
    }

    @Test
    void a_quick_model_that_has_become_slow_is_learned_anew() {
        Played answer = Played.json(200, ANSWER);
        for (int i = 0; i < 30; i++) {
            send("openai", CHAT, false, "", late(ofMillis(400), answer));
        }
        Transport slow = late(ofSeconds(50), answer);

        assertThat(fault(send("openai", CHAT, false, "", slow)).detail()).contains("15 s");
        assertThat(fault(send("openai", CHAT, false, "", slow)).detail())
                .contains(
                        "30 s: the patience for a model that was waited for in vain for 15 s before");
        assertThat(send("openai", CHAT, false, "", slow)).isInstanceOf(Outcome.Success.class);
        assertThat(send("openai", CHAT, false, "", slow)).isInstanceOf(Outcome.Success.class);
    }

    @Test
    void what_failing_takes_teaches_nothing_of_answers() {
        for (int i = 0; i < 30; i++) {
            send("openai", THINKER, false, "", late(ofMillis(5), Played.json(500, "{}")));
        }

        send("openai", THINKER, false, "", silence);

        assertThat(asked.head()).isEqualTo(ofMinutes(10));
    }

    @Test
    void a_stream_that_falls_silent_says_for_how_long_and_why() {
        Played answer =
                Played.events(CHUNK).then(new Played.Step.Silence(ofMinutes(2))).then(CHUNK + END);

        Fault fault = fault(send("openai", CHAT, true, "", late(ofMillis(1), answer)));

        assertThat(fault.cause()).isEqualTo(Cause.IDLE_TIMEOUT);
        assertThat(fault.detail())
                .isEqualTo(
                        "nothing more in 45 s: the patience for a model that does not reason and has no"
                                + " history here (setting timeouts.idle)");
    }

    @Test
    void a_drip_of_comments_buys_no_time_before_the_first_token() {
        Played answer = Played.events(": alive\n\n");
        for (int i = 0; i < 100; i++) {
            answer = answer.then(new Played.Step.Silence(ofSeconds(1))).then(": alive\n\n");
        }

        Fault fault = fault(send("openai", CHAT, true, "", late(ofMillis(1), answer)));

        assertThat(fault.cause()).isEqualTo(Cause.FIRST_PIECE_TIMEOUT);
        assertThat(fault.detail()).startsWith("no first token in 45 s: ");
    }

    @Test
    void comments_are_life_once_an_answer_has_begun() {
        Played answer = Played.events(CHUNK);
        for (int i = 0; i < 20; i++) {
            answer = answer.then(new Played.Step.Silence(ofSeconds(15))).then(": alive\n\n");
        }

        assertThat(send("openai", CHAT, true, "", late(ofMillis(1), answer.then(CHUNK + END))))
                .isInstanceOf(Outcome.Success.class);
    }

    /// As the wire gives up a wait, with this program halted for most of it.
    @Test
    void what_we_were_too_late_for_ourselves_teaches_nothing() {
        var watched = new WatchedTime(time);
        seen = watched;
        var pulse = watched.lateness().pulse();
        Played answer = Played.json(200, ANSWER);
        for (int i = 0; i < 30; i++) {
            boolean halted = i % 2 == 0;
            Transport late = late(halted ? ofSeconds(14) : ofMillis(400), answer);
            send("openai", CHAT, false, "", late);
            pulse.beat();
        }

        send("openai", CHAT, false, "", silence);
        assertThat(asked.head()).as("the halts are not its own").isEqualTo(ofSeconds(15));
        pulse.beat();
        send("openai", CHAT, false, "", silence);

        assertThat(asked.head()).as("nothing was in vain").isEqualTo(ofSeconds(15));
    }

    @Test
    void a_first_token_that_came_while_we_were_halted_is_taken() {
        var watched = new WatchedTime(time);
        seen = watched;
        watched.lateness().pulse();
        Played answer = Played.events(": thinking\n\n").then(CHUNK + END);
        Transport halting =
                (endpoint, key, request, timeouts, deadline) -> {
                    time.advance(ofSeconds(100));
                    return PlayedTransport.answering(answer, time)
                            .send(endpoint, key, request, timeouts, deadline);
                };

        assertThat(send("openai", CHAT, true, "", halting)).isInstanceOf(Outcome.Success.class);
    }

    @Test
    void what_has_come_at_the_end_of_a_wait_is_read_before_anybody_is_called_late() {
        Transport slowReader =
                (endpoint, key, request, timeouts, deadline) -> {
                    time.advance(ofSeconds(46));
                    return PlayedTransport.answering(Played.events(CHUNK + END), time)
                            .send(endpoint, key, request, timeouts, deadline);
                };

        assertThat(send("openai", CHAT, true, "", slowReader)).isInstanceOf(Outcome.Success.class);
    }

    @Test
    void what_is_told_is_kept_and_named() {
        settings =
                new PatienceSettings(
                        ofSeconds(1),
                        Optional.of(ofSeconds(7)),
                        Optional.of(ofMillis(9_500)),
                        Optional.of(ofSeconds(3)),
                        ofMinutes(1));

        assertThat(fault(send("openai", THINKER, false, "", silence)).detail())
                .isEqualTo("no answer in 7 s (setting timeouts.head)");
        assertThat(fault(send("openai", THINKER, true, "", silence)).detail())
                .isEqualTo("no answer in 7 s (setting timeouts.head)");
    }
}
