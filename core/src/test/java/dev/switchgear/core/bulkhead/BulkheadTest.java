package dev.switchgear.core.bulkhead;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.switchgear.core.bulkhead.Bulkhead.Entry;
import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.Rank;
import dev.switchgear.core.time.ManualTime;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class BulkheadTest {
    private record Ended(String name, Entry entry) {}

    private final ManualTime time = new ManualTime();
    private final AtomicInteger adaptive = new AtomicInteger(Integer.MAX_VALUE);
    private final BlockingQueue<Ended> ended = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> interrupted = new LinkedBlockingQueue<>();
    private Bulkhead bulkhead = bulkhead(2, 3, ofSeconds(5));

    @Test
    void it_lets_in_as_many_as_it_has_places() throws Exception {
        assertThat(enter()).isEqualTo(Entry.ENTERED);
        assertThat(enter()).isEqualTo(Entry.ENTERED);

        assertThat(bulkhead.running()).isEqualTo(2);
        bulkhead.leave();
        bulkhead.leave();
        assertThat(bulkhead.running()).isZero();
    }

    @Test
    void without_a_queue_it_is_full_at_once() throws Exception {
        bulkhead = bulkhead(1, 0, ofSeconds(5));
        enter();

        assertThat(bulkhead.wouldEnter()).isFalse();
        assertThat(enter()).isEqualTo(Entry.FULL);
    }

    @Test
    void without_patience_it_is_full_at_once() throws Exception {
        bulkhead = bulkhead(1, 5, ZERO);
        enter();

        assertThat(bulkhead.wouldEnter()).isFalse();
        assertThat(enter()).isEqualTo(Entry.FULL);
    }

    @Test
    void whoever_waits_gets_the_place_that_becomes_free() throws Exception {
        fill();
        waits("a", Rank.NORMAL, 1);

        bulkhead.leave();

        assertThat(next()).isEqualTo(new Ended("a", Entry.ENTERED));
        assertThat(bulkhead.running()).isEqualTo(2);
        assertThat(bulkhead.queued()).isZero();
    }

    @Test
    void higher_ranks_go_first_and_within_a_rank_whoever_came_first() throws Exception {
        bulkhead = bulkhead(1, 10, ofSeconds(5));
        enter();
        waits("low", Rank.LOW, 1);
        waits("first", Rank.NORMAL, 2);
        waits("second", Rank.NORMAL, 3);
        waits("vital", Rank.VITAL, 4);

        for (String expected : new String[] {"vital", "first", "second", "low"}) {
            bulkhead.leave();
            assertThat(next()).isEqualTo(new Ended(expected, Entry.ENTERED));
        }
    }

    @Test
    void a_full_queue_sheds_the_youngest_of_the_lowest_rank_for_a_higher_one() throws Exception {
        fill();
        waits("old low", Rank.LOW, 1);
        waits("young low", Rank.LOW, 2);
        waits("normal", Rank.NORMAL, 3);

        start("high", Rank.HIGH);

        assertThat(next()).isEqualTo(new Ended("young low", Entry.SHED));
        awaitQueued(3);
        bulkhead.leave();
        assertThat(next()).isEqualTo(new Ended("high", Entry.ENTERED));
    }

    @Test
    void a_full_queue_turns_away_a_call_of_no_higher_rank() throws Exception {
        fill();
        waits("a", Rank.NORMAL, 1);
        waits("b", Rank.NORMAL, 2);
        waits("c", Rank.NORMAL, 3);

        assertThat(enter(Rank.NORMAL)).isEqualTo(Entry.FULL);
        assertThat(enter(Rank.LOW)).isEqualTo(Entry.FULL);
        assertThat(bulkhead.queued()).isEqualTo(3);
    }

    @Test
    void nobody_waits_longer_than_allowed() throws Exception {
        fill();
        waits("a", Rank.NORMAL, 1);
        awaitTimers();

        time.advance(ofSeconds(5));

        assertThat(next()).isEqualTo(new Ended("a", Entry.TIMED_OUT));
        assertThat(bulkhead.queued()).isZero();
        assertThat(bulkhead.running()).isEqualTo(2);
    }

    @Test
    void nobody_waits_beyond_the_deadline() throws Exception {
        fill();
        start("a", Rank.NORMAL, Deadline.in(ofSeconds(2), time));
        awaitQueued(1);
        awaitTimers();

        time.advance(ofSeconds(2));

        assertThat(next()).isEqualTo(new Ended("a", Entry.TIMED_OUT));
        assertThat(bulkhead.enter(Rank.NORMAL, Deadline.in(ZERO, time))).isEqualTo(Entry.TIMED_OUT);
    }

    @Test
    void an_interrupted_waiter_leaves_the_queue_and_holds_nothing() throws Exception {
        fill();
        Thread waiter = waits("a", Rank.NORMAL, 1);

        waiter.interrupt();

        assertThat(interrupted.poll(10, TimeUnit.SECONDS)).isEqualTo("a");
        assertThat(bulkhead.queued()).isZero();
        bulkhead.leave();
        bulkhead.leave();
        assertThat(bulkhead.running()).isZero();
    }

    @Test
    void it_follows_the_adaptive_limit_down_and_up() throws Exception {
        bulkhead = bulkhead(10, 10, ofSeconds(5));
        adaptive.set(1);
        enter();
        waits("a", Rank.NORMAL, 1);
        waits("b", Rank.NORMAL, 2);
        assertThat(bulkhead.concurrent()).isEqualTo(1);

        adaptive.set(4);
        assertThat(enter())
                .as("those who wait go first, then there is room")
                .isEqualTo(Entry.ENTERED);

        assertThat(bulkhead.running()).isEqualTo(4);
        assertThat(bulkhead.queued()).isZero();
    }

    @Test
    void an_adaptive_limit_of_nothing_still_lets_one_through() throws Exception {
        adaptive.set(0);

        assertThat(enter()).isEqualTo(Entry.ENTERED);
    }

    @Test
    void leaving_more_often_than_entering_is_a_mistake_of_ours() {
        assertThatThrownBy(() -> bulkhead.leave()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void fewer_or_more_places_hold_from_the_next_on_and_those_who_wait_get_what_is_free()
            throws Exception {
        fill();
        waits("a", Rank.NORMAL, 1);
        waits("b", Rank.NORMAL, 2);

        bulkhead.use(new BulkheadSettings(3, 3, ofSeconds(5)));
        assertThat(next()).isEqualTo(new Ended("a", Entry.ENTERED));
        assertThat(bulkhead.running()).isEqualTo(3);

        bulkhead.use(new BulkheadSettings(1, 3, ofSeconds(5)));
        bulkhead.leave();
        bulkhead.leave();
        assertThat(bulkhead.queued()).as("one still has a place").isEqualTo(1);
        bulkhead.leave();
        assertThat(next()).isEqualTo(new Ended("b", Entry.ENTERED));
    }

    @Test
    void it_would_let_in_whoever_finds_a_place_or_room_or_somebody_less_urgent() throws Exception {
        assertThat(bulkhead.wouldEnter()).as("free").isTrue();
        fill();
        assertThat(bulkhead.wouldEnter()).as("room to wait").isTrue();
        waits("vital", Rank.VITAL, 1);
        waits("vital", Rank.VITAL, 2);
        waits("vital", Rank.VITAL, 3);
        assertThat(bulkhead.wouldEnter()).as("nobody gives way").isFalse();
        bulkhead.leave();
        next();
        assertThat(bulkhead.wouldEnter()).as("room again").isTrue();
        waits("low", Rank.LOW, 3);
        assertThat(bulkhead.wouldEnter()).as("one gives way").isTrue();
    }

    @Test
    void nothing_asked_of_it_keeps_it_from_others() throws Exception {
        bulkhead.running();
        assertTimeoutPreemptively(ofSeconds(20), bulkhead::queued);
        bulkhead.queued();
        assertTimeoutPreemptively(ofSeconds(20), bulkhead::running);
        enter();
        assertTimeoutPreemptively(ofSeconds(20), bulkhead::running);
        bulkhead.leave();
        assertTimeoutPreemptively(ofSeconds(20), bulkhead::running);
        bulkhead.use(new BulkheadSettings(1, 1, ofSeconds(5)));
        assertTimeoutPreemptively(ofSeconds(20), bulkhead::running);
    }

    @Test
    void each_number_may_be_its_least_and_its_most_and_nothing_beyond() {
        int most = 1_000_000;
        Duration hour = ofHours(1);
        assertThat(new BulkheadSettings(1, 0, ZERO).queue()).isZero();
        assertThat(new BulkheadSettings(most, most, hour).queue()).isEqualTo(most);
        assertThatThrownBy(() -> new BulkheadSettings(most + 1, 0, ZERO))
                .hasMessageStartingWith("bulkhead.concurrent: ");
        assertThatThrownBy(() -> new BulkheadSettings(1, most + 1, ZERO))
                .hasMessageStartingWith("bulkhead.queue: ");
        assertThatThrownBy(() -> new BulkheadSettings(1, 0, hour.plusNanos(1)))
                .hasMessageStartingWith("bulkhead.max-wait: ");
    }

    @Test
    void settings_name_what_is_wrong_with_them() {
        assertThatThrownBy(() -> new BulkheadSettings(0, 0, ZERO))
                .hasMessage("bulkhead.concurrent: 0 (expected: 1 to 1000000)");
        assertThatThrownBy(() -> new BulkheadSettings(1, -1, ZERO))
                .hasMessage("bulkhead.queue: -1 (expected: 0 to 1000000)");
        assertThatThrownBy(() -> new BulkheadSettings(1, 1, ofSeconds(-1)))
                .hasMessage("bulkhead.max-wait: PT-1S (expected: 0 to 1 h)");
    }

    private Bulkhead bulkhead(int concurrent, int queue, Duration maxWait) {
        return new Bulkhead(new BulkheadSettings(concurrent, queue, maxWait), adaptive::get, time);
    }

    private void fill() throws InterruptedException {
        enter();
        enter();
    }

    private Entry enter() throws InterruptedException {
        return enter(Rank.NORMAL);
    }

    private Entry enter(Rank rank) throws InterruptedException {
        return bulkhead.enter(rank, Deadline.in(ofSeconds(60), time));
    }

    private Thread waits(String name, Rank rank, int queuedThen) {
        Thread thread = start(name, rank);
        awaitQueued(queuedThen);
        return thread;
    }

    private Thread start(String name, Rank rank) {
        return start(name, rank, Deadline.in(ofSeconds(60), time));
    }

    private Thread start(String name, Rank rank, Deadline deadline) {
        return Thread.startVirtualThread(() -> {
            try {
                ended.add(new Ended(name, bulkhead.enter(rank, deadline)));
            } catch (InterruptedException e) {
                interrupted.add(name);
            }
        });
    }

    private Ended next() throws InterruptedException {
        Ended next = ended.poll(10, TimeUnit.SECONDS);
        assertThat(next).as("somebody ends waiting").isNotNull();
        return next;
    }

    private void awaitQueued(int expected) {
        long end = System.nanoTime() + ofSeconds(10).toNanos();
        while (bulkhead.queued() != expected) {
            assertThat(System.nanoTime()).as("waiting for the queue").isLessThan(end);
            Thread.onSpinWait();
        }
    }

    /// A waiter sets its timer after it has joined the queue.
    private void awaitTimers() {
        long end = System.nanoTime() + ofSeconds(10).toNanos();
        while (time.pending() == 0) {
            assertThat(System.nanoTime()).as("waiting for the timer").isLessThan(end);
            Thread.onSpinWait();
        }
    }
}
