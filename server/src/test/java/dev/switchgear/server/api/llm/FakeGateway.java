package dev.switchgear.server.api.llm;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.switchgear.core.breaker.BreakerSettings;
import dev.switchgear.core.bulkhead.BulkheadSettings;
import dev.switchgear.core.call.Call;
import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Dispatch;
import dev.switchgear.core.call.Fault;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.Quota;
import dev.switchgear.core.call.Recovery;
import dev.switchgear.core.call.Scope;
import dev.switchgear.core.call.Upstream;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.event.Journal;
import dev.switchgear.core.guard.GuardSettings;
import dev.switchgear.core.guard.GuardedUpstream;
import dev.switchgear.core.health.HealthSettings;
import dev.switchgear.core.health.RestSettings;
import dev.switchgear.core.health.Rests;
import dev.switchgear.core.routing.Answer;
import dev.switchgear.core.routing.Failover;
import dev.switchgear.core.routing.RetrySettings;
import dev.switchgear.core.routing.Route;
import dev.switchgear.core.routing.Strategy;
import dev.switchgear.core.routing.Target;
import dev.switchgear.core.score.ScoreWeights;
import dev.switchgear.core.time.SystemTime;
import dev.switchgear.core.time.Threads;
import dev.switchgear.core.time.Time;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.call.Downstream;
import dev.switchgear.families.llm.call.HoldBack;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.model.Tokenizer;
import dev.switchgear.families.llm.price.Cost;
import dev.switchgear.families.llm.scan.RequestBody;
import dev.switchgear.families.llm.seal.ClientSeals;
import dev.switchgear.families.llm.tokens.TokenUsage;
import dev.switchgear.families.money.Budgets;
import dev.switchgear.families.money.MemoryLedger;
import dev.switchgear.families.money.Money;
import dev.switchgear.families.money.Payer;
import dev.switchgear.families.money.Reservation;
import dev.switchgear.families.money.Reserved;
import dev.switchgear.server.gateway.llm.Billing;
import dev.switchgear.server.gateway.llm.ConversationKey;
import dev.switchgear.server.gateway.llm.Destination;
import dev.switchgear.server.gateway.llm.Destinations;
import dev.switchgear.server.gateway.llm.ModelEntry;
import dev.switchgear.server.gateway.llm.OpenTab;
import dev.switchgear.server.gateway.llm.Opened;
import dev.switchgear.server.gateway.llm.Selection;
import dev.switchgear.server.gateway.llm.StreamPromise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.random.RandomGenerator;

/// Plays an engine with one upstream, whose behaviour each test writes.
public final class FakeGateway implements Destinations, Billing {
    /// One upstream's behaviour.
    public interface Behaviour {
        Outcome<LlmReply> send(Dispatch<LlmRequest> dispatch);
    }

    public static final UpstreamId ALPHA = new UpstreamId("alpha", "main");
    public static final UpstreamId BETA = new UpstreamId("beta", "main");

    public final Queue<Call<LlmRequest>> calls = new ConcurrentLinkedQueue<>();
    public volatile Behaviour first = _ -> answer(200, "{}");
    public volatile Optional<Behaviour> second = Optional.empty();

    /// Nobody has a budget, but where a test says so.
    public volatile Budgets budgets = new Budgets(Map.of(), new MemoryLedger(), new SystemTime());

    /// What every call may cost.
    public volatile Money wanted = Money.ZERO;

    /// What breaks when an answer's cost is asked for.
    public volatile Optional<RuntimeException> defect = Optional.empty();

    public volatile StreamPromise promise = StreamPromise.RELAY;
    public volatile Duration total = Duration.ofSeconds(30);
    private final Time time = new SystemTime();
    private final Journal journal = new Journal(1_000);
    private final RandomGenerator random = new SplittableRandom(1);

    public static Outcome<LlmReply> answer(int status, String body) {
        return new Outcome.Success<>(reply(status, body), 7, Quota.UNKNOWN);
    }

    public static LlmReply reply(int status, String body) {
        return reply(status, new LlmReply.Content.Passed("application/json", body.getBytes(UTF_8)));
    }

    /// An upstream's own words for what is wrong.
    public static LlmReply declined(int status, String body) {
        return reply(
                status,
                new LlmReply.Content.Declined(Dialect.OPENAI, body.getBytes(UTF_8), "", ""));
    }

    private static LlmReply reply(int status, LlmReply.Content content) {
        return new LlmReply(status, content, TokenUsage.UNKNOWN, "m", "stop", List.of());
    }

    public static Outcome<LlmReply> failure(Cause cause, String detail, Optional<LlmReply> reply) {
        return new Outcome.Failure<>(
                Fault.of(cause, Scope.PROVIDER, Recovery.FAIL_OVER, true, detail),
                reply,
                Quota.UNKNOWN);
    }

    /// How a stream of `dispatch` begins.
    ///
    /// @param contentType of the bytes that follow; empty where events follow
    public static Downstream.Opening opening(Dispatch<LlmRequest> dispatch, String contentType) {
        var winner = Downstream.Winner.of(dispatch);
        return new Downstream.Opening(200, contentType, List.of(), winner);
    }

    /// Writes `events` as one stream.
    public static Outcome<LlmReply> stream(Dispatch<LlmRequest> dispatch, String... events) {
        if (!dispatch.commit()
                || !dispatch.request()
                        .downstream()
                        .begin(opening(dispatch, "text/event-stream; charset=utf-8"))) {
            return failure(Cause.CANCELLED, "gone", Optional.empty());
        }
        for (String event : events) {
            byte[] bytes = event.getBytes(UTF_8);
            if (!dispatch.request().downstream().write(bytes, 0, bytes.length)) {
                return failure(Cause.CANCELLED, "gone", Optional.empty());
            }
        }
        return streamed();
    }

    /// A stream that has been relayed to its end.
    public static Outcome<LlmReply> streamed() {
        return new Outcome.Success<>(reply(200, new LlmReply.Content.Streamed()), 7, Quota.UNKNOWN);
    }

    @Override
    public Optional<Destination> find(String model) {
        return model.equals("chat") ? Optional.of(new Way()) : Optional.empty();
    }

    @Override
    public Optional<Destination> find(String model, Selection selection) {
        return find(model);
    }

    @Override
    public Set<String> providers() {
        return Set.of("alpha", "beta");
    }

    /// The real engine, on an account of its own, before upstreams that do as the test says.
    private final class Way implements Destination {
        @Override
        public String route() {
            return "main-route";
        }

        @Override
        public Set<String> providers() {
            return Set.of("alpha", "beta");
        }

        @Override
        public Duration total() {
            return total;
        }

        @Override
        public StreamPromise promise() {
            return promise;
        }

        @Override
        public HoldBack holdBack() {
            return HoldBack.NONE;
        }

        @Override
        public Optional<Part.CacheMark> marks() {
            return Optional.empty();
        }

        @Override
        public boolean keepsThreads() {
            return false;
        }

        @Override
        public Optional<Money> ceiling(Operation operation, RequestBody body) {
            return Optional.of(Money.ZERO);
        }

        @Override
        public Set<String> targets() {
            return Set.of("alpha/real-alpha", "beta/real-beta");
        }

        @Override
        public boolean remembers() {
            return false;
        }

        @Override
        public Destination going(ConversationKey conversation) {
            return this;
        }

        @Override
        public Destination going(ConversationKey conversation, UpstreamId before) {
            return this;
        }

        @Override
        public Optional<Boolean> again(UpstreamId answered) {
            return Optional.empty();
        }

        @Override
        public Destination without(String provider) {
            return this;
        }

        @Override
        public Answer<LlmReply> carry(Call<LlmRequest> call) {
            calls.add(call);
            var targets = new ArrayList<Target<LlmRequest, LlmReply>>();
            targets.add(target(ALPHA, first));
            second.ifPresent(behaviour -> targets.add(target(BETA, behaviour)));
            var route =
                    new Route<>(
                            route(),
                            Strategy.PRIORITY,
                            targets,
                            RetrySettings.DEFAULT,
                            Optional.empty(),
                            ScoreWeights.DEFAULT);
            Answer<LlmReply> answer =
                    new Failover(journal, time, Threads.virtual(), random).carry(call, route);
            return new Answer<>(
                    answer.attempts(),
                    answer.deciding(),
                    answer.candidates(),
                    answer.verdict(),
                    Duration.ofSeconds(12),
                    answer.overheadNanos());
        }
    }

    private Target<LlmRequest, LlmReply> target(UpstreamId id, Behaviour behaviour) {
        var upstream =
                new Upstream<LlmRequest, LlmReply>() {
                    @Override
                    public UpstreamId id() {
                        return id;
                    }

                    @Override
                    public Outcome<LlmReply> send(Dispatch<LlmRequest> dispatch) {
                        return behaviour.send(dispatch);
                    }
                };
        var settings =
                new GuardSettings(
                        BreakerSettings.DEFAULT,
                        BulkheadSettings.DEFAULT,
                        Optional.empty(),
                        List.of(),
                        HealthSettings.DEFAULT,
                        RestSettings.DEFAULT);
        return new Target<>(
                new GuardedUpstream<>(upstream, settings, new Rests(time), journal, time, random),
                "real-" + id.provider(),
                1,
                0,
                Long.MAX_VALUE);
    }

    @Override
    public Opened open(String client, Destination to, Operation operation, RequestBody body) {
        return switch (budgets.reserve(List.of(Payer.EVERYBODY, Payer.client(client)), wanted)) {
            case Reserved.Refused refused -> new Opened.Refused(refused);
            case Reserved.Granted granted -> new Opened.Granted(new FakeTab(granted));
        };
    }

    /// Nobody pays for what these upstreams do.
    private final class FakeTab implements OpenTab {
        private final Reserved.Granted granted;

        FakeTab(Reserved.Granted granted) {
            this.granted = granted;
        }

        @Override
        public Cost cost(UpstreamId upstream, String model, LlmReply reply) {
            defect.ifPresent(planted -> {
                throw planted;
            });
            return Cost.UNKNOWN;
        }

        @Override
        public Tokenizer tokenizer(UpstreamId upstream, String model) {
            return Tokenizer.UNKNOWN;
        }

        @Override
        public boolean bounded() {
            return false;
        }

        @Override
        public boolean begin() {
            return true;
        }

        @Override
        public void end(
                Dispatch<LlmRequest> attempt,
                Optional<Outcome<LlmReply>> outcome,
                Optional<Reservation> held) {
            throw new IllegalStateException("these upstreams keep no tab");
        }

        @Override
        public void close() {
            granted.reservation().refund();
        }
    }

    @Override
    public ClientSeals seals(String client) {
        return ClientSeals.NONE;
    }

    @Override
    public List<ModelEntry> models() {
        return List.of(
                new ModelEntry("chat", 0, "switchgear"),
                new ModelEntry("alpha/gpt-4o", 1_700_000_000, "alpha"),
                new ModelEntry("gpt-4o-mini", 1_700_000_000, "alpha"));
    }
}
