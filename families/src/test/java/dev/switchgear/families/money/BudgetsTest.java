package dev.switchgear.families.money;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class BudgetsTest {
    private static final Payer BOT = Payer.client("ci-bot");
    private static final Payer KEY = Payer.upstream("openai", "main");

    private Instant now = Instant.parse("2026-11-30T22:00:00Z");
    private final InstantSource time = () -> now;
    private final MemoryLedger ledger = new MemoryLedger();

    private Budgets budgets(Map<Payer, List<Budget>> most) {
        return new Budgets(most, ledger, time);
    }

    private Budgets daily(String dollars) {
        return budgets(Map.of(BOT, List.of(new Budget(Period.DAY, Money.ofDollars(dollars)))));
    }

    private static Reservation granted(Reserved answer) {
        assertThat(answer).isInstanceOf(Reserved.Granted.class);
        return ((Reserved.Granted) answer).reservation();
    }

    private static Reserved.Refused refused(Reserved answer) {
        assertThat(answer).isInstanceOf(Reserved.Refused.class);
        return (Reserved.Refused) answer;
    }

    private static Optional<Money> cost(String dollars) {
        return Optional.of(Money.ofDollars(dollars));
    }

    private static Money used(Budgets budgets, Payer account) {
        return budgets.status(account).getFirst().used();
    }

    @Test
    void what_is_reserved_cannot_be_reserved_again_and_what_was_not_spent_comes_back() {
        Budgets budgets = daily("1");

        Reservation first = granted(budgets.reserve(List.of(BOT), Money.ofDollars("0.70")));
        Reserved.Refused no = refused(budgets.reserve(List.of(BOT), Money.ofDollars("0.40")));
        assertThat(no.status().left()).isEqualTo(Money.ofDollars("0.30"));
        assertThat(no.retryAfter()).contains(Duration.ofHours(2));

        first.settle(cost("0.55"));
        assertThat(used(budgets, BOT)).isEqualTo(Money.ofDollars("0.55"));
        granted(budgets.reserve(List.of(BOT), Money.ofDollars("0.45"))).refund();
        assertThat(used(budgets, BOT)).isEqualTo(Money.ofDollars("0.55"));
    }

    @Test
    void a_call_that_could_cost_more_than_a_whole_budget_is_told_that_waiting_is_no_use() {
        Reserved.Refused no =
                refused(daily("1").reserve(List.of(BOT), Money.ofDollars("1.000000001")));

        assertThat(no.retryAfter()).isEmpty();
        assertThat(no.status().budget().most()).isEqualTo(Money.ofDollars("1"));
    }

    @Test
    void an_account_without_a_budget_spends_freely() {
        Budgets budgets = daily("1");

        assertThat(budgets.bound(List.of(KEY))).isFalse();
        granted(budgets.reserve(List.of(KEY), Money.ofDollars("1000000"))).settle(cost("900000"));
        assertThat(budgets.status(KEY)).isEmpty();
    }

    @Test
    void a_refusal_by_one_payer_takes_nothing_from_the_others() {
        Budgets budgets =
                budgets(
                        Map.of(
                                BOT, List.of(new Budget(Period.DAY, Money.ofDollars("10"))),
                                KEY, List.of(new Budget(Period.MONTH, Money.ofDollars("5")))));

        Reserved.Refused no = refused(budgets.reserve(List.of(BOT, KEY), Money.ofDollars("6")));

        assertThat(no.status().account()).isEqualTo(KEY);
        assertThat(used(budgets, BOT)).isEqualTo(Money.ZERO);
        granted(budgets.reserve(List.of(BOT, KEY), Money.ofDollars("5")));
        assertThat(used(budgets, BOT)).isEqualTo(Money.ofDollars("5"));
    }

    @Test
    void a_new_day_is_free_while_the_month_goes_on() {
        now = now.plus(Duration.ofDays(-20));
        Budgets budgets =
                budgets(
                        Map.of(
                                BOT,
                                List.of(
                                        new Budget(Period.DAY, Money.ofDollars("2")),
                                        new Budget(Period.MONTH, Money.ofDollars("3")))));
        granted(budgets.reserve(List.of(BOT), Money.ofDollars("2"))).settle(cost("2"));

        now = now.plus(Duration.ofHours(2));

        Reserved.Refused no = refused(budgets.reserve(List.of(BOT), Money.ofDollars("2")));
        assertThat(no.status().budget().period()).isEqualTo(Period.MONTH);
        assertThat(no.status().resets()).isEqualTo(Instant.parse("2026-12-01T00:00:00Z"));
        granted(budgets.reserve(List.of(BOT), Money.ofDollars("1")));
    }

    @Test
    void a_call_that_ends_after_midnight_counts_for_the_day_it_began() {
        Budgets budgets = daily("1");
        Reservation late = granted(budgets.reserve(List.of(BOT), Money.ofDollars("1")));

        now = now.plus(Duration.ofHours(3));
        Reservation next = granted(budgets.reserve(List.of(BOT), Money.ofDollars("1")));
        late.settle(cost("0.25"));

        assertThat(used(budgets, BOT)).isEqualTo(Money.ofDollars("1"));
        next.refund();
        assertThat(used(budgets, BOT)).isEqualTo(Money.ZERO);
    }

    @Test
    void a_clock_that_was_wrong_for_a_while_locks_nobody_out() {
        Budgets budgets = daily("1");
        now = now.plus(Duration.ofDays(1000));
        granted(budgets.reserve(List.of(BOT), Money.ofDollars("1")));

        now = now.plus(Duration.ofDays(-999));

        granted(budgets.reserve(List.of(BOT), Money.ofDollars("1")));
    }

    @Test
    void a_call_that_cost_more_than_was_reserved_is_counted_in_full() {
        Budgets budgets = daily("1");

        granted(budgets.reserve(List.of(BOT), Money.ofDollars("0.90"))).settle(cost("1.30"));

        assertThat(used(budgets, BOT)).isEqualTo(Money.ofDollars("1.30"));
        assertThat(budgets.status(BOT).getFirst().left()).isEqualTo(Money.ZERO);
        refused(budgets.reserve(List.of(BOT), new Money(1)));
    }

    @Test
    void a_call_of_unknown_cost_has_spent_what_was_reserved() {
        Budgets budgets = daily("1");

        granted(budgets.reserve(List.of(BOT), Money.ofDollars("0.90"))).settle(Optional.empty());

        assertThat(used(budgets, BOT)).isEqualTo(Money.ofDollars("0.90"));
    }

    @Test
    void a_reservation_ends_once() {
        Reservation call = granted(daily("1").reserve(List.of(BOT), Money.ofDollars("0.5")));
        call.settle(cost("0.1"));

        assertThatThrownBy(call::refund).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> call.settle(cost("0.1")))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void new_budgets_over_the_same_ledger_know_what_was_spent() {
        granted(daily("1").reserve(List.of(BOT), Money.ofDollars("0.8"))).settle(cost("0.8"));

        Budgets reloaded = daily("2");

        assertThat(reloaded.status()).hasSize(1);
        assertThat(used(reloaded, BOT)).isEqualTo(Money.ofDollars("0.8"));
    }

    @Test
    void a_full_ledger_makes_room_of_days_past_and_else_refuses() {
        var small = new MemoryLedger(2);
        var two = Payer.client("two");
        var three = Payer.client("three");
        List<Budget> one = List.of(new Budget(Period.DAY, Money.ofDollars("1")));
        var budgets = new Budgets(Map.of(BOT, one, two, one, three, one), small, time);
        granted(budgets.reserve(List.of(BOT), Money.ofDollars("1")));
        granted(budgets.reserve(List.of(two), Money.ofDollars("1")));
        refused(budgets.reserve(List.of(three), Money.ofDollars("1")));

        now = now.plus(Duration.ofDays(1));

        granted(budgets.reserve(List.of(three), Money.ofDollars("1")));
    }

    /// Threads that the machine schedules: whatever the order, the sum on the ledger is what is
    /// reserved and spent, and never above the budget.
    @Test
    void however_many_calls_run_at_once_a_budget_is_never_exceeded_and_all_but_used_up()
            throws InterruptedException {
        for (int seed = 0; seed < 3; seed++) {
            var shared = new MemoryLedger();
            Money most = Money.ofDollars("10");
            Money upstreamMost = Money.ofDollars("12");
            var budgets =
                    new Budgets(
                            Map.of(
                                    BOT,
                                    List.of(
                                            new Budget(Period.DAY, most),
                                            new Budget(Period.MONTH, Money.ofDollars("11"))),
                                    KEY,
                                    List.of(new Budget(Period.DAY, upstreamMost))),
                            shared,
                            time);
            var spent = new AtomicLong();
            var underWay = new AtomicLong();
            var problems = new ConcurrentLinkedQueue<String>();
            int threads = 400;
            var start = new CountDownLatch(1);
            var done = new CountDownLatch(threads);
            for (int i = 0; i < threads; i++) {
                var random = new SplittableRandom(seed * 1_000L + i);
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                start.await();
                                for (int call = 0; call < 60; call++) {
                                    one(budgets, random, spent, underWay, problems);
                                }
                            } catch (InterruptedException stopped) {
                                problems.add("interrupted");
                            } finally {
                                done.countDown();
                            }
                        });
            }
            start.countDown();
            assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();

            assertThat(problems).isEmpty();
            assertThat(underWay).hasValue(0);
            assertThat(used(budgets, BOT)).isEqualTo(new Money(spent.get()));
            assertThat(used(budgets, KEY)).isEqualTo(new Money(spent.get()));
            assertThat(spent.get()).isLessThanOrEqualTo(most.nanos());
            assertThat(spent.get()).isGreaterThanOrEqualTo(most.nanos() / 100 * 95);
        }
    }

    /// Reserves up to 0.02 USD, spends as much or less, or nothing.
    @SuppressWarnings("ThreadPriorityCheck") // Yielding mixes the threads; nothing relies on it.
    private static void one(
            Budgets budgets,
            SplittableRandom random,
            AtomicLong spent,
            AtomicLong underWay,
            ConcurrentLinkedQueue<String> problems) {
        long most = random.nextLong(1, 20_000_000);
        if (!(budgets.reserve(List.of(BOT, KEY), new Money(most))
                instanceof Reserved.Granted(Reservation reservation))) {
            return;
        }
        long now = underWay.addAndGet(most);
        Thread.yield();
        if (now > 10_000_000_000L) {
            problems.add("reserved at once: " + now);
        }
        boolean failed = random.nextInt(5) == 0;
        long actual = failed ? 0 : random.nextLong(most / 2, most + 1);
        long sum = spent.addAndGet(actual);
        if (sum > 10_000_000_000L) {
            problems.add("spent: " + sum);
        }
        underWay.addAndGet(-most);
        if (failed) {
            reservation.refund();
        } else {
            reservation.settle(Optional.of(new Money(actual)));
        }
    }

    /// Orders that a seed chooses, beside a model that only adds.
    @Test
    void any_order_of_reserving_settling_and_refunding_keeps_the_books() {
        for (int seed = 0; seed < 300; seed++) {
            var random = new SplittableRandom(seed);
            long most = 1_000;
            var budgets =
                    new Budgets(
                            Map.of(BOT, List.of(new Budget(Period.DAY, new Money(most)))),
                            new MemoryLedger(),
                            time);
            var open = new ArrayList<Open>();
            long spent = 0;
            for (int step = 0; step < 200; step++) {
                switch (random.nextInt(4)) {
                    case 0, 1 -> {
                        var wanted = new Money(random.nextLong(0, 120));
                        long free = most - spent - sum(open);
                        Reserved answer = budgets.reserve(List.of(BOT), wanted);
                        assertThat(answer instanceof Reserved.Granted)
                                .isEqualTo(wanted.nanos() <= free);
                        if (answer instanceof Reserved.Granted(Reservation reservation)) {
                            open.add(new Open(reservation, wanted.nanos()));
                        }
                    }
                    case 2 -> {
                        if (!open.isEmpty()) {
                            Open one = open.remove(random.nextInt(open.size()));
                            long actual = random.nextLong(0, one.nanos() + 1);
                            spent += actual;
                            one.reservation().settle(Optional.of(new Money(actual)));
                        }
                    }
                    default -> {
                        if (!open.isEmpty()) {
                            open.remove(random.nextInt(open.size())).reservation().refund();
                        }
                    }
                }
                assertThat(used(budgets, BOT).nanos()).isEqualTo(spent + sum(open));
                assertThat(used(budgets, BOT).nanos()).isLessThanOrEqualTo(most);
            }
        }
    }

    /// A reservation that has not ended, and how much it is.
    private record Open(Reservation reservation, long nanos) {}

    private static long sum(List<Open> open) {
        return open.stream().mapToLong(Open::nanos).sum();
    }
}
