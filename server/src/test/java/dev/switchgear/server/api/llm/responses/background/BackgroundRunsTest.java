package dev.switchgear.server.api.llm.responses.background;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.time.ManualTime;
import dev.switchgear.core.time.Threads;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.server.api.llm.responses.background.BackgroundEvents.Next;
import dev.switchgear.server.api.llm.responses.background.BackgroundRuns.Begun;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class BackgroundRunsTest {
    private static final long MEMORY = 4 * 1024 * 1024;
    private static final Duration KEEP = Duration.ofMinutes(10);
    private static final BackgroundRuns.Bounds BOUNDS =
            new BackgroundRuns.Bounds(3, 2, Duration.ofMinutes(10), KEEP);

    /// What was to run on threads of its own, while the test has it wait.
    private final Deque<Runnable> waiting = new ArrayDeque<>();

    private final ManualTime time = new ManualTime();
    private final BackgroundRuns runs = new BackgroundRuns(MEMORY, this::start, time);

    private Thread start(Runnable task) {
        waiting.add(task);
        return Thread.currentThread();
    }

    @Test
    void so_many_may_run_at_once_of_one_client_and_in_all() {
        begin("a", "1");
        begin("a", "2");

        assertThat(begun("a", "3")).isEqualTo(new Begun.TooMany(true, 2));
        assertThat(begun("b", "3")).isInstanceOf(Begun.Running.class);
        assertThat(begun("c", "4")).isEqualTo(new Begun.TooMany(false, 3));

        waiting.removeFirst().run();
        assertThat(begun("c", "4")).as("once one is over").isInstanceOf(Begun.Running.class);
        assertThat(begun("a", "5")).isEqualTo(new Begun.TooMany(false, 3));

        waiting.removeFirst().run();
        assertThat(begun("a", "5"))
                .as("its first one is over too")
                .isInstanceOf(Begun.Running.class);
    }

    @Test
    void whatever_becomes_of_one_its_body_gives_its_memory_back() {
        long body = 300_000;
        begin("a", "1");
        begin("a", "2");
        for (int i = 0; i < 40; i++) {
            assertThat(begun("a", "x" + i, body)).isInstanceOf(Begun.TooMany.class);
        }
        for (int i = 0; i < 40; i++) {
            assertThat(begun("b", "y" + i, body))
                    .as("number %s", i)
                    .isInstanceOf(Begun.Running.class);
            waiting.removeLast().run();
        }
    }

    @Test
    void what_gives_way_makes_room_for_what_is_left() {
        String piece = "x".repeat(300_000);
        for (String id : java.util.List.of("1", "2")) {
            begin("a", id).event(delta(piece));
            waiting.removeFirst().run();
        }
        BackgroundRun going = begin("a", "3");

        while (runs.find("a", "resp_1").isPresent()) {
            going.event(delta("x".repeat(64 * 1024)));
        }

        assertThat(runs.find("a", "resp_2")).as("the room of the first is enough").isPresent();
    }

    @Test
    void none_runs_where_none_may() {
        var none = new BackgroundRuns.Bounds(0, 2, Duration.ofMinutes(10), KEEP);

        assertThat(runs.begin("a", 1, none, grown -> run("1", grown), (_, _) -> {}))
                .isEqualTo(new Begun.TooMany(false, 0));
    }

    @Test
    void a_body_beyond_the_memory_for_all_is_not_taken() {
        assertThat(runs.begin("a", MEMORY, BOUNDS, grown -> run("1", grown), (_, _) -> {}))
                .isInstanceOf(Begun.Full.class);
        assertThat(runs.size()).isZero();
    }

    @Test
    void each_client_finds_its_own_alone_until_they_are_too_old() {
        BackgroundRun run = begin("a", "1");

        assertThat(runs.find("a", "resp_1")).hasValue(run);
        assertThat(runs.find("b", "resp_1")).isEmpty();
        assertThat(runs.find("a", "resp_2")).isEmpty();

        waiting.removeFirst().run();
        time.advance(KEEP.minusSeconds(1));
        assertThat(runs.find("a", "resp_1")).hasValue(run);

        time.advance(Duration.ofSeconds(1));
        assertThat(runs.find("a", "resp_1")).isEmpty();
    }

    @Test
    void what_is_over_gives_way_first_and_the_oldest_of_it() throws InterruptedException {
        String piece = "x".repeat(64 * 1024);
        begin("a", "1").event(delta(piece));
        begin("a", "2");
        waiting.removeFirst().run();
        waiting.removeFirst().run();
        BackgroundRun going = begin("a", "3");

        int pieces = 0;
        while (runs.find("a", "resp_1").isPresent()) {
            going.event(delta(piece));
            pieces++;
        }

        assertThat(pieces).isEqualTo((int) (MEMORY / 2 / piece.length()) - 1);
        assertThat(runs.find("a", "resp_2")).isPresent();
        for (int i = 0; i < 100; i++) {
            going.event(delta(piece));
        }
        assertThat(runs.find("a", "resp_2")).isEmpty();
        assertThat(going.events().bytes()).isBetween(MEMORY / 4, MEMORY / 2);
        assertThat(going.events().from(0, Duration.ZERO, time)).isInstanceOf(Next.Forgotten.class);
    }

    /// Neither what is over nor what runs: whoever tells the most lets go of its own.
    @Test
    void no_client_pushes_out_what_is_anothers() throws InterruptedException {
        String piece = "x".repeat(64 * 1024);
        BackgroundRun done = begin("quiet", "1");
        done.event(delta(piece));
        waiting.removeFirst().run();
        BackgroundRun quiet = begin("quiet", "2");
        quiet.event(delta(piece));
        BackgroundRun loud = begin("loud", "3");

        for (int i = 0; i < 100; i++) {
            loud.event(delta(piece));
        }

        assertThat(runs.find("quiet", "resp_1")).isPresent();
        assertThat(done.events().from(0, Duration.ZERO, time)).isInstanceOf(Next.Some.class);
        assertThat(quiet.events().from(0, Duration.ZERO, time)).isInstanceOf(Next.Some.class);
        assertThat(loud.events().from(0, Duration.ZERO, time)).isInstanceOf(Next.Forgotten.class);
        assertThat(done.events().bytes() + quiet.events().bytes() + loud.events().bytes())
                .isLessThanOrEqualTo(MEMORY / 2);
    }

    /// Whose place among those that run is free, whose events are over: nothing of a client is left.
    @Test
    void nothing_is_left_of_a_client_whose_last_one_is_too_old() {
        for (int i = 0; i < 200; i++) {
            begin("c" + i, "1").event(delta("x"));
            if (i % 2 == 0) {
                runs.remove("c" + i, "resp_1");
            }
            waiting.removeFirst().run();
        }
        assertThat(runs.clients()).isEqualTo(100);
        assertThat(runs.held()).isPositive();

        time.advance(KEEP);

        assertThat(runs.clients()).isZero();
        assertThat(runs.held()).isZero();
    }

    @Test
    void what_is_removed_is_stopped_and_not_found_even_when_its_work_ends_later() {
        BackgroundRun run = begin("a", "1");

        runs.remove("a", "resp_1");

        assertThat(run.cancelled()).isTrue();
        assertThat(runs.find("a", "resp_1")).isEmpty();
        waiting.removeFirst().run();
        assertThat(runs.find("a", "resp_1")).isEmpty();
    }

    @Test
    void when_the_gateway_ends_those_under_way_are_told_and_none_begins() {
        BackgroundRun run = begin("a", "1");

        runs.close();

        assertThat(run.closing()).isTrue();
        assertThat(begun("a", "2")).isInstanceOf(Begun.Closing.class);
    }

    @Test
    void a_gateway_that_ends_waits_for_those_under_way_but_not_for_ever() throws Exception {
        var real = new BackgroundRuns(MEMORY, Threads.virtual(), time);
        var may = new java.util.concurrent.CountDownLatch(1);
        real.begin(
                "a",
                1,
                BOUNDS,
                grown -> run("1", grown),
                (_, _) -> {
                    try {
                        may.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                });
        var drained = new java.util.concurrent.CompletableFuture<Boolean>();
        Thread.startVirtualThread(() -> drained.complete(drain(real)));
        while (time.pending() == 0) {
            Thread.onSpinWait();
        }
        time.advance(Duration.ofSeconds(30));
        assertThat(drained.get()).as("not done in time").isFalse();

        may.countDown();
        assertThat(drain(real)).isTrue();
    }

    private static boolean drain(BackgroundRuns runs) {
        try {
            return runs.drain(Duration.ofSeconds(30));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private BackgroundRun begin(String client, String id) {
        return ((Begun.Running) begun(client, id)).run();
    }

    private Begun begun(String client, String id) {
        return begun(client, id, 100);
    }

    private Begun begun(String client, String id, long body) {
        return runs.begin(client, body, BOUNDS, grown -> run(id, grown), (_, _) -> {});
    }

    private static BackgroundRun run(String id, java.util.function.LongConsumer grown) {
        return new BackgroundRun(
                BackgroundObject.queued(Json.read("{\"model\":\"m\"}"), "resp_" + id, 1), grown);
    }

    private static byte[] delta(String text) {
        return ("{\"type\":\"response.output_text.delta\",\"delta\":\"" + text + "\"}")
                .getBytes(UTF_8);
    }
}
