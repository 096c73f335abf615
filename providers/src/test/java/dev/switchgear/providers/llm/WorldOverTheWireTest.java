package dev.switchgear.providers.llm;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.breaker.BreakerSettings;
import dev.switchgear.core.bulkhead.BulkheadSettings;
import dev.switchgear.core.call.Attempt;
import dev.switchgear.core.call.Call;
import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.Rank;
import dev.switchgear.core.call.Timeouts;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.event.Event;
import dev.switchgear.core.event.Event.Verdict;
import dev.switchgear.core.event.Journal;
import dev.switchgear.core.guard.GuardSettings;
import dev.switchgear.core.guard.GuardedUpstream;
import dev.switchgear.core.health.HealthSettings;
import dev.switchgear.core.health.RestSettings;
import dev.switchgear.core.health.Rests;
import dev.switchgear.core.patience.Habits;
import dev.switchgear.core.patience.Patience;
import dev.switchgear.core.patience.PatienceSettings;
import dev.switchgear.core.routing.Answer;
import dev.switchgear.core.routing.Failover;
import dev.switchgear.core.routing.RetrySettings;
import dev.switchgear.core.routing.Route;
import dev.switchgear.core.routing.Strategy;
import dev.switchgear.core.routing.Target;
import dev.switchgear.core.score.ScoreWeights;
import dev.switchgear.core.time.ManualTime;
import dev.switchgear.core.time.Threads;
import dev.switchgear.dialects.openai.OpenAiClientDialect;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.families.llm.model.ModelTraits;
import dev.switchgear.families.llm.scan.RequestScan;
import dev.switchgear.families.llm.scan.ScanLimits;
import dev.switchgear.providers.Kinds;
import dev.switchgear.providers.ListeningClient;
import dev.switchgear.providers.LlmKind;
import dev.switchgear.providers.Played;
import dev.switchgear.providers.PlayedTransport;
import dev.switchgear.providers.TestCalls;
import dev.switchgear.wire.Endpoint;
import dev.switchgear.wire.Exchange;
import dev.switchgear.wire.Headers;
import dev.switchgear.wire.OutgoingRequest;
import dev.switchgear.wire.WireException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// The engine, before upstreams that read what the wire brings by the providers' own adapters, on simulated
/// time: what the adapters call a trouble is what breakers, rests, verdicts and the count of lost calls
/// come from, and it is judged by what was seen on the wire alone.
class WorldOverTheWireTest {
    private static final int SEEDS = 120;
    private static final int CALLS = 60;
    private static final List<String> KINDS =
            List.of("openai", "openai-compatible", "mistral", "deepseek", "openrouter", "xai");
    private static final String ANSWER =
            "{\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":\"ok\"},"
                    + "\"finish_reason\":\"stop\"}]}";
    private static final String STREAM =
            """
            data: {"choices":[{"index":0,"delta":{"content":"a"}}]}

            data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

            data: [DONE]

            """;
    private static final Duration LIMITED = ofSeconds(20);

    /// What the far end does to a request.
    private enum Wire {
        ANSWERS,
        REFUSES_THE_CONNECTION,
        IS_UNREACHABLE,
        HANGS_UP_BEFORE,
        HANGS_UP_AFTER,
        IS_SILENT,
        BREAKS_OFF,
        BABBLES,
        REJECTS_THE_KEY,
        KNOWS_NO_SUCH_MODEL,
        LIMITS,
        FAILS,
        IS_OVERLOADED,
        FINDS_FAULT
    }

    /// One request as a wire tap saw it.
    private record Seen(UpstreamId upstream, long atNanos, Wire wire) {}

    /// One seed's world.
    private static final class World {
        private final ManualTime time = new ManualTime();
        private final SplittableRandom chance;
        private final List<Seen> tap = new ArrayList<>();
        private final Map<UpstreamId, Wire> trouble = new LinkedHashMap<>();
        private final Journal journal = new Journal(100_000);
        private final Route<LlmRequest, LlmReply> route;
        private final Failover failover;
        private final Optional<UpstreamId> steadfast;
        private final List<String> failures = new ArrayList<>();

        World(long seed) {
            chance = new SplittableRandom(seed);
            failover = new Failover(journal, time, Threads.virtual(), chance);
            var targets = new ArrayList<Target<LlmRequest, LlmReply>>();
            int count = 1 + chance.nextInt(3);
            for (int i = 0; i < count; i++) {
                targets.add(target(new UpstreamId("p" + i, "key")));
            }
            steadfast =
                    chance.nextInt(3) > 0
                            ? Optional.of(targets.getLast().upstream().id())
                            : Optional.empty();
            Strategy[] strategies = Strategy.values();
            route =
                    new Route<>(
                            "r",
                            strategies[chance.nextInt(strategies.length)],
                            targets,
                            RetrySettings.DEFAULT.waiting(chance.nextInt(4) == 0),
                            Optional.empty(),
                            ScoreWeights.DEFAULT);
        }

        private Target<LlmRequest, LlmReply> target(UpstreamId id) {
            LlmProvider provider =
                    Kinds.ours()
                            .find(KINDS.get(chance.nextInt(KINDS.size())), LlmKind.class)
                            .orElseThrow()
                            .make(
                                    new LlmPlace(
                                            Endpoint.parse("https://up.example/v1"),
                                            Headers.NONE,
                                            _ -> ModelTraits.UNKNOWN),
                                    LlmQuirks.NONE);
            var account =
                    new LlmAccount(
                            id,
                            provider,
                            Optional.empty(),
                            (_, _, _, timeouts, deadline) -> exchange(id, timeouts, deadline));
            var settings =
                    new PatienceSettings(
                            ofSeconds(1),
                            Optional.of(ofSeconds(3)),
                            Optional.of(ofSeconds(3)),
                            Optional.of(ofSeconds(2)),
                            ofSeconds(30));
            var upstream =
                    new LlmUpstream(
                            account, new Patience(settings, new Habits()), time, Threads.virtual());
            var guards =
                    new GuardSettings(
                            BreakerSettings.DEFAULT,
                            BulkheadSettings.DEFAULT,
                            Optional.empty(),
                            List.of(),
                            HealthSettings.DEFAULT,
                            RestSettings.DEFAULT);
            return new Target<>(
                    new GuardedUpstream<>(upstream, guards, new Rests(time), journal, time, chance),
                    "m",
                    1,
                    chance.nextInt(5),
                    Long.MAX_VALUE);
        }

        private Exchange exchange(UpstreamId id, Timeouts timeouts, Deadline deadline)
                throws WireException {
            Wire wire = trouble.getOrDefault(id, Wire.ANSWERS);
            tap.add(new Seen(id, time.nanos(), wire));
            return switch (wire) {
                case REFUSES_THE_CONNECTION ->
                        throw new WireException(
                                WireException.Kind.CONNECT_FAILED, false, "refused");
                case IS_UNREACHABLE ->
                        throw waited(
                                timeouts.connect(),
                                deadline,
                                WireException.Kind.CONNECT_TIMEOUT,
                                false);
                case HANGS_UP_BEFORE ->
                        throw new WireException(WireException.Kind.CONNECTION_LOST, false, "reset");
                case HANGS_UP_AFTER ->
                        throw new WireException(WireException.Kind.CONNECTION_LOST, true, "reset");
                case IS_SILENT ->
                        throw waited(
                                timeouts.head(), deadline, WireException.Kind.HEAD_TIMEOUT, true);
                case ANSWERS -> played(streamed ? Played.events(STREAM) : json(200, ANSWER));
                case BREAKS_OFF ->
                        played(
                                new Played(
                                                200,
                                                Headers.of("Content-Type", "text/event-stream"),
                                                List.of())
                                        .then(
                                                new Played.Step.Break(
                                                        WireException.Kind.CONNECTION_LOST)));
                case BABBLES -> played(Played.of(200, "text/plain", "hello"));
                case REJECTS_THE_KEY -> played(error(401, "invalid_api_key"));
                case KNOWS_NO_SUCH_MODEL -> played(error(404, "model_not_found"));
                case LIMITS ->
                        played(
                                error(429, "rate_limit_exceeded")
                                        .header("retry-after", "" + LIMITED.toSeconds()));
                case FAILS -> played(error(500, "server_error"));
                case IS_OVERLOADED -> played(error(503, "overloaded"));
                case FINDS_FAULT -> played(error(400, "invalid_value"));
            };
        }

        private boolean streamed;

        private WireException waited(
                Duration most, Deadline deadline, WireException.Kind kind, boolean acted) {
            Duration left = deadline.remaining(time);
            boolean over = left.compareTo(most) <= 0;
            time.advance(over ? left : most);
            return new WireException(over ? WireException.Kind.DEADLINE : kind, acted, "silent");
        }

        private Exchange played(Played answer) throws WireException {
            time.advance(ofMillis(20));
            return PlayedTransport.answering(answer, time)
                    .send(
                            Endpoint.parse("https://up.example/v1"),
                            "",
                            new OutgoingRequest("POST", "/", Headers.NONE, new byte[0]),
                            Timeouts.DEFAULT,
                            Deadline.in(ofSeconds(30), time));
        }

        private static Played json(int status, String body) {
            return Played.json(status, body);
        }

        private static Played error(int status, String code) {
            return Played.json(
                    status,
                    "{\"error\":{\"message\":\"no\",\"type\":\""
                            + code
                            + "\",\"code\":\""
                            + code
                            + "\"}}");
        }

        List<String> live() throws Exception {
            for (int i = 0; i < CALLS && failures.size() < 3; i++) {
                boolean quiet = chance.nextInt(6) == 0;
                time.advance(
                        quiet ? ofSeconds(chance.nextInt(700)) : ofMillis(chance.nextInt(2_000)));
                for (Target<LlmRequest, LlmReply> target : route.targets()) {
                    UpstreamId id = target.upstream().id();
                    if (chance.nextInt(4) == 0 && !steadfast.equals(Optional.of(id))) {
                        Wire[] wires = Wire.values();
                        trouble.put(id, wires[chance.nextInt(wires.length)]);
                    }
                }
                ask("call-" + i);
            }
            nobodyCameWhereClosed();
            return failures;
        }

        private void ask(String name) throws Exception {
            streamed = chance.nextBoolean();
            boolean hurried = chance.nextInt(3) == 0;
            Duration total = hurried ? ofMillis(500 + chance.nextInt(3_000)) : ofSeconds(30);
            byte[] body =
                    ("{\"model\":\"m\",\"stream\":"
                                    + streamed
                                    + ",\"messages\":[{\"role\":\"user\",\"content\":\"go\"}]}")
                            .getBytes(StandardCharsets.UTF_8);
            var asking = new OpenAiClientDialect();
            LlmRequest request =
                    TestCalls.request(
                            asking,
                            Operation.CHAT,
                            RequestScan.scan(body, asking.scanRules(), ScanLimits.DEFAULT),
                            true,
                            ListeningClient.patient(),
                            "");
            var call = new Call<>(name, request, Deadline.in(total, time), true, Rank.NORMAL, 0);
            long end = time.nanos() + total.toNanos();
            int before = tap.size();

            Answer<LlmReply> answer = failover.carry(call, route);

            judge(name, answer, tap.subList(before, tap.size()), hurried);
            require(time.nanos() <= end + ofSeconds(2).toNanos(), name + " answered too late");
        }

        /// By the wire alone.
        private void judge(String name, Answer<LlmReply> answer, List<Seen> seen, boolean hurried) {
            boolean served =
                    answer.verdict() == Verdict.SERVED || answer.verdict() == Verdict.FAILED_OVER;
            boolean answered = !seen.isEmpty() && seen.getLast().wire() == Wire.ANSWERS;
            boolean faulty = seen.stream().anyMatch(one -> one.wire() == Wire.FINDS_FAULT);
            String what = name + " " + answer.verdict() + " " + seen;
            require(served == answered, "served means answered: " + what);
            require(
                    (answer.verdict() == Verdict.RETURNED) == (faulty && !served),
                    "returned means refused for what it asked: " + what);
            require(
                    served || faulty || answer.verdict() == Verdict.LOST,
                    "whom nobody answered is lost: " + what);
            require(seen.size() <= route.retry().attempts(), "attempts: " + what);
            require(
                    answer.sent() == seen.size(),
                    "attempts told: " + answer.sent() + " of " + what);
            for (Attempt<LlmReply> attempt : answer.attempts()) {
                require(
                        !(attempt.outcome() instanceof Outcome.Success<?>) || served,
                        "a success decides: " + what);
            }
            require(
                    steadfast.isEmpty() || hurried || faulty || served,
                    "served while somebody is well: " + what);
            var counted = new ArrayList<Verdict>();
            journal.drain(
                    event -> {
                        if (event instanceof Event.Answered one && one.call().equals(name)) {
                            counted.add(one.verdict());
                        }
                    },
                    100_000);
            require(counted.equals(List.of(answer.verdict())), "counted once: " + counted + what);
        }

        /// Whoever said that it wants to be left alone is.
        private void nobodyCameWhereClosed() {
            for (Seen said : tap) {
                Duration pause =
                        switch (said.wire()) {
                            case REJECTS_THE_KEY -> RestSettings.DEFAULT.keyRejected();
                            case KNOWS_NO_SUCH_MODEL -> RestSettings.DEFAULT.subjectUnknown();
                            case LIMITS -> LIMITED;
                            case ANSWERS,
                                    REFUSES_THE_CONNECTION,
                                    IS_UNREACHABLE,
                                    HANGS_UP_BEFORE,
                                    HANGS_UP_AFTER,
                                    IS_SILENT,
                                    BREAKS_OFF,
                                    BABBLES,
                                    FAILS,
                                    IS_OVERLOADED,
                                    FINDS_FAULT ->
                                    Duration.ZERO;
                        };
                for (Seen came : tap) {
                    require(
                            !came.upstream().equals(said.upstream())
                                    || came.atNanos() <= said.atNanos()
                                    || came.atNanos() >= said.atNanos() + pause.toNanos(),
                            came + " came despite " + said);
                }
            }
        }

        private void require(boolean holds, String message) {
            if (!holds) {
                failures.add(message);
            }
        }
    }

    @Test
    void what_the_adapters_call_a_trouble_is_judged_by_what_the_wire_saw() throws Exception {
        var failures = new ArrayList<String>();
        for (long seed = 0; seed < SEEDS && failures.size() < 5; seed++) {
            for (String failure : new World(seed).live()) {
                failures.add("seed " + seed + ": " + failure);
            }
        }

        assertThat(failures).isEmpty();
    }
}
