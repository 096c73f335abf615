package dev.switchgear.server.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.breaker.BreakerSettings;
import dev.switchgear.core.bulkhead.BulkheadSettings;
import dev.switchgear.core.call.Attempt;
import dev.switchgear.core.call.BreakerState;
import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Dispatch;
import dev.switchgear.core.call.Fault;
import dev.switchgear.core.call.Forced;
import dev.switchgear.core.call.HealthStatus;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.Quota;
import dev.switchgear.core.call.Recovery;
import dev.switchgear.core.call.Resting;
import dev.switchgear.core.call.Scope;
import dev.switchgear.core.call.Upstream;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.event.Event;
import dev.switchgear.core.event.Event.Verdict;
import dev.switchgear.core.event.Journal;
import dev.switchgear.core.guard.GuardSettings;
import dev.switchgear.core.guard.GuardedUpstream;
import dev.switchgear.core.health.HealthSettings;
import dev.switchgear.core.health.RestSettings;
import dev.switchgear.core.health.Rests;
import dev.switchgear.core.time.ManualTime;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.price.Cost;
import dev.switchgear.families.llm.price.CostBook;
import dev.switchgear.families.llm.tokens.TokenUsage;
import dev.switchgear.families.money.Money;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetersTest {
    private static final UpstreamId ALPHA = new UpstreamId("alpha", "main");
    private static final UpstreamId BETA = new UpstreamId("beta", "main");

    private final ManualTime time = new ManualTime();
    private final Journal journal = new Journal(10);
    private final GuardedUpstream<String, String> alpha = guarded();
    private final Meters meters = new Meters(journal, () -> List.of(alpha));
    private final LlmMeters llm = new LlmMeters(meters.registry(), model -> model.equals("gpt-4o"));

    @Test
    void what_the_documentation_lists_is_what_a_scrape_shows_with_the_same_types_and_labels()
            throws IOException {
        something();
        LagMeters.register(meters.registry(), time);
        KeptMeters.register(
                meters.registry(),
                new KeptMeters.Kept(() -> 1, () -> 2, () -> 3, () -> 4, () -> 5));

        assertThat(scraped()).isEqualTo(documented());
    }

    @Test
    void a_failover_tells_from_whom_to_whom_and_why() {
        accept(attempted("c1", failed(ALPHA, Cause.SERVER_ERROR)));
        accept(attempted("c2", failed(ALPHA, Cause.RATE_LIMITED)));
        accept(attempted("c1", succeeded(BETA, "gpt-4o", Attempt.Kind.FAILOVER)));

        assertThat(meters.scrape())
                .contains(
                        "switchgear_failovers_total{cause=\"server_error\",from=\"alpha\",to=\"beta\"} 1.0");
    }

    @Test
    void buckets_are_those_of_the_conventions() {
        something();

        String scrape = meters.scrape();

        assertThat(scrape)
                .contains("gen_ai_client_operation_duration_seconds_bucket{")
                .containsPattern("duration_seconds_bucket\\{[^}]*le=\"0.01\"}")
                .containsPattern("duration_seconds_bucket\\{[^}]*le=\"81.92\"}")
                .containsPattern("token_usage_bucket\\{[^}]*le=\"6.7108864E7\"}");
    }

    @Test
    void names_that_clients_make_up_get_no_label_of_their_own() {
        for (int i = 0; i < 500; i++) {
            accept(attempted("c", failed(ALPHA, "made-up-" + i, Cause.SUBJECT_UNKNOWN)));
            accept(attempted("c", succeeded(ALPHA, "offered-" + i, Attempt.Kind.FIRST)));
        }
        accept(attempted("c", failed(ALPHA, "gpt-4o", Cause.SERVER_ERROR)));

        var models = new TreeSet<String>();
        Pattern.compile("gen_ai_request_model=\"([^\"]*)\"")
                .matcher(meters.scrape())
                .results()
                .forEach(found -> models.add(found.group(1)));

        assertThat(models).hasSize(202).contains("other", "gpt-4o", "offered-0");
        assertThat(models).noneMatch(model -> model.startsWith("made-up"));
    }

    @Test
    void events_that_were_dropped_are_counted() {
        for (int i = 0; i < 13; i++) {
            journal.record(attempted("c", failed(ALPHA, Cause.SERVER_ERROR)));
        }

        assertThat(meters.scrape()).contains("switchgear_events_dropped_total 3.0");
    }

    @Test
    void the_rest_of_a_key_is_shown_in_seconds() {
        alpha.rests().rest(Duration.ofSeconds(90), Cause.KEY_REJECTED);
        time.advance(Duration.ofSeconds(30));

        assertThat(meters.scrape())
                .contains("switchgear_cooldown_seconds{key=\"main\",provider=\"alpha\"} 60.0");
    }

    @Test
    void another_family_s_calls_are_counted_but_not_as_generative_ai() {
        var attempt = failed(ALPHA, Cause.SERVER_ERROR);
        accept(new Event.Attempted(time.instant(), "c", "nse", "quote", attempt));
        accept(
                new Event.Answered(
                        time.instant(),
                        "c",
                        "nse",
                        "quote",
                        Verdict.LOST,
                        1,
                        Optional.of(ALPHA),
                        Duration.ofMillis(20),
                        Duration.ofMillis(1),
                        ""));

        assertThat(meters.scrape())
                .contains("switchgear_attempts_total{", "switchgear_calls_total{route=\"nse\"")
                .doesNotContain("gen_ai");
    }

    private void accept(Event event) {
        meters.accept(event);
        llm.accept(event);
    }

    /// One of everything that can happen.
    private void something() {
        spent();
        meters.request("/v1/chat/completions", 200);
        meters.request("/v1/chat/completions", 0);
        accept(attempted("c", failed(ALPHA, Cause.SERVER_ERROR)));
        accept(attempted("c", succeeded(BETA, "gpt-4o", Attempt.Kind.FAILOVER)));
        accept(
                new Event.Answered(
                        time.instant(),
                        "c",
                        "chat",
                        "chat",
                        Verdict.FAILED_OVER,
                        2,
                        Optional.of(BETA),
                        Duration.ofMillis(20),
                        Duration.ofMillis(1),
                        ""));
        accept(
                new Event.BreakerMoved(
                        time.instant(),
                        ALPHA,
                        BreakerState.CLOSED,
                        BreakerState.OPEN,
                        "why",
                        Duration.ofSeconds(5)));
        accept(
                new Event.Rested(
                        time.instant(),
                        ALPHA,
                        new Resting.Key(),
                        Duration.ofSeconds(5),
                        Cause.RATE_LIMITED));
        accept(new Event.Switched(time.instant(), ALPHA, Forced.OFF, "ann", time.instant()));
        accept(
                new Event.HealthChanged(
                        time.instant(), ALPHA, HealthStatus.HEALTHY, HealthStatus.DOWN));
        accept(new Event.Overloaded(time.instant(), true, Duration.ofSeconds(1)));
    }

    private void spent() {
        var book = new CostBook();
        book.watch(new CostMeters(meters.registry()));
        book.enter(
                new CostBook.Entry(
                        LocalDate.EPOCH,
                        new CostBook.Account("ann", "alpha", "main", "gpt-4o"),
                        TokenUsage.of(3, 5),
                        new Cost(new Money(1), Cost.Certainty.EXACT)));
    }

    /// Each series with its type and labels.
    private Map<String, String> scraped() {
        var types = new TreeMap<String, String>();
        var labels = new TreeMap<String, Set<String>>();
        for (String line : meters.scrape().lines().toList()) {
            if (line.startsWith("# TYPE ")) {
                String[] words = line.split(" ", -1);
                types.put(words[2], words[3]);
            } else if (!line.startsWith("#")) {
                String name = line.split("[{ ]", 2)[0];
                if (!types.containsKey(name)) {
                    name = name.replaceFirst("_(bucket|count|sum)$", "");
                }
                Set<String> all = labels.computeIfAbsent(name, _ -> new TreeSet<>());
                Pattern.compile("([a-z_]+)=\"")
                        .matcher(line)
                        .results()
                        .forEach(found -> all.add(found.group(1)));
                all.remove("le");
            }
        }
        var series = new TreeMap<String, String>();
        types.forEach((name, type) -> {
            if (!name.endsWith("_max")) {
                series.put(name, type + " " + String.join(", ", labels.get(name)));
            }
        });
        return series;
    }

    private static Map<String, String> documented() throws IOException {
        Path page = Path.of(System.getProperty("switchgear.root"), "docs/metrics.md");
        var series = new TreeMap<String, String>();
        Pattern.compile("^\\| `([a-z_]+)` \\| ([a-z]+) \\| ([a-z_, ]*?) *\\|", Pattern.MULTILINE)
                .matcher(Files.readString(page))
                .results()
                .forEach(row -> series.put(row.group(1), row.group(2) + " " + row.group(3)));
        return series;
    }

    private Event.Attempted attempted(String call, Attempt<?> attempt) {
        return new Event.Attempted(time.instant(), call, "chat", "chat", attempt);
    }

    private static Attempt<LlmReply> succeeded(UpstreamId id, String model, Attempt.Kind kind) {
        var reply =
                new LlmReply(
                        200,
                        new LlmReply.Content.Streamed(),
                        TokenUsage.of(3, 5),
                        model,
                        "stop",
                        List.of());
        return new Attempt<>(
                1,
                kind,
                id,
                model,
                new Outcome.Success<>(reply, 8, Quota.UNKNOWN),
                20_000_000,
                5_000_000);
    }

    private static Attempt<LlmReply> failed(UpstreamId id, Cause cause) {
        return failed(id, "gpt-4o", cause);
    }

    private static Attempt<LlmReply> failed(UpstreamId id, String model, Cause cause) {
        Outcome<LlmReply> outcome =
                Outcome.Failure.of(
                        Fault.of(cause, Scope.PROVIDER, Recovery.FAIL_OVER, true, "because"));
        return new Attempt<>(1, Attempt.Kind.FIRST, id, model, outcome, 20_000_000, -1);
    }

    private GuardedUpstream<String, String> guarded() {
        var upstream =
                new Upstream<String, String>() {
                    @Override
                    public UpstreamId id() {
                        return ALPHA;
                    }

                    @Override
                    public Outcome<String> send(Dispatch<String> dispatch) {
                        throw new AssertionError("nobody asks it");
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
        return new GuardedUpstream<>(
                upstream, settings, new Rests(time), journal, time, new SplittableRandom(1));
    }

    @ParameterizedTest
    @CsvSource({
        "FIRST_PIECE_TIMEOUT, first_token_timeout",
        "SUBJECT_UNKNOWN, model_unknown",
        "TOO_LARGE, context_too_long",
        "POLICY_REFUSED, content_filtered",
        "RATE_LIMITED, rate_limited",
    })
    void a_cause_keeps_the_name_that_dashboards_know(Cause cause, String label) {
        accept(attempted("c", failed(ALPHA, "gpt-4o", cause)));

        assertThat(meters.scrape())
                .contains(
                        "switchgear_attempt_failures_total{cause=\"%s\",provider=\"alpha\"} 1.0"
                                .formatted(label));
    }
}
