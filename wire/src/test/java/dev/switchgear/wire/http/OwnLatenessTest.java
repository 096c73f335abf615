package dev.switchgear.wire.http;

import static dev.switchgear.wire.http.BadUpstream.lines;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchgear.core.time.Lateness;
import dev.switchgear.core.time.ManualTime;
import dev.switchgear.core.time.WatchedTime;
import dev.switchgear.wire.Exchange;
import dev.switchgear.wire.WireException;
import dev.switchgear.wire.WireException.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A wait ends by what the other side did, not by how late this program was to notice.
@ParameterizedClass
@EnumSource(Waits.class)
class OwnLatenessTest {
    private final Waits waits;

    OwnLatenessTest(Waits waits) {
        this.waits = waits;
    }

    private static final Duration HEAD = Duration.ofSeconds(60);
    private static final String ANSWER =
            lines("HTTP/1.1 200 OK", "Content-Length: 10", "", "0123456789");

    /// Where the upstream pauses.
    enum Pause {
        BEFORE_THE_HEAD(0),
        WITHIN_THE_HEAD(12),
        WITHIN_THE_BODY(ANSWER.length() - 5);

        private final int sent;

        Pause(int sent) {
            this.sent = sent;
        }
    }

    private final ManualTime clock = new ManualTime();
    private final WatchedTime time = new WatchedTime(clock);
    private final Lateness.Pulse pulse = time.lateness().pulse();
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final CountDownLatch paused = new CountDownLatch(1);
    private Thread reader = Thread.currentThread();

    private BadUpstream pausing(Pause pause) {
        return new BadUpstream(visit -> {
            visit.readRequest();
            visit.write(ANSWER.substring(0, pause.sent));
            paused.countDown();
            goOn.await();
            visit.write(ANSWER.substring(pause.sent));
            visit.awaitHangUp();
        });
    }

    private CompletableFuture<Integer> read(Caller caller, Duration total) {
        var read = new CompletableFuture<Integer>();
        reader =
                Thread.startVirtualThread(() -> {
                    try (Exchange exchange =
                            caller.send(
                                    "key",
                                    Caller.GET,
                                    Caller.timeouts(Duration.ofSeconds(2), HEAD, total))) {
                        exchange.waitAtMost(HEAD);
                        read.complete(exchange.readAll(100).length);
                    } catch (WireException e) {
                        read.completeExceptionally(e);
                    }
                });
        return read;
    }

    private void onTime(Duration length) {
        for (long millis = 0; millis < length.toMillis(); millis += 50) {
            clock.advance(Lateness.PULSE);
            pulse.beat();
        }
    }

    /// Until the upstream has all that it gets, and the reader has had its chance to wait.
    private void underWay(BadUpstream upstream) throws InterruptedException {
        assertThat(upstream.request()).isNotEmpty();
        assertThat(paused.await(5, TimeUnit.SECONDS)).isTrue();
        int waiting = 0;
        for (int look = 0; look < 5_000 && waiting < 50; look++) {
            waiting = reader.getState() == Thread.State.WAITING ? waiting + 1 : 0;
            Thread.sleep(Duration.ofMillis(1));
        }
        assertThat(waiting).as("the reader waits").isEqualTo(50);
    }

    @ParameterizedTest
    @EnumSource
    void an_answer_that_comes_while_we_are_halted_is_taken(Pause pause) throws Exception {
        try (var upstream = pausing(pause);
                var caller = waits.caller(upstream, ConnectorSettings.DEFAULT, time)) {
            CompletableFuture<Integer> read = read(caller, Duration.ofMinutes(10));
            underWay(upstream);

            clock.advance(Duration.ofSeconds(90));
            pulse.beat();
            goOn.countDown();

            assertThat(read.get(5, TimeUnit.SECONDS)).isEqualTo(10);
        }
    }

    @ParameterizedTest
    @EnumSource
    void who_is_silent_while_we_are_on_time_is_left(Pause pause) throws Exception {
        try (var upstream = pausing(pause);
                var caller = waits.caller(upstream, ConnectorSettings.DEFAULT, time)) {
            CompletableFuture<Integer> read = read(caller, Duration.ofMinutes(10));
            underWay(upstream);

            WireException thrown = ended(read);

            assertThat(thrown.kind())
                    .isEqualTo(
                            pause == Pause.WITHIN_THE_BODY ? Kind.READ_TIMEOUT : Kind.HEAD_TIMEOUT);
            assertThat(seconds()).isBetween(60L, 100L);
        }
    }

    @ParameterizedTest
    @EnumSource
    void who_is_silent_before_and_after_a_halt_is_left_all_the_same(Pause pause) throws Exception {
        try (var upstream = pausing(pause);
                var caller = waits.caller(upstream, ConnectorSettings.DEFAULT, time)) {
            CompletableFuture<Integer> read = read(caller, Duration.ofMinutes(10));
            underWay(upstream);
            onTime(Duration.ofSeconds(30));
            clock.advance(Duration.ofSeconds(90));
            pulse.beat();
            assertThat(read).isNotDone();

            WireException thrown = ended(read);

            assertThat(thrown.kind()).isIn(Kind.READ_TIMEOUT, Kind.HEAD_TIMEOUT);
            assertThat(seconds()).as("60 s of ours, and the halt").isBetween(150L, 200L);
        }
    }

    @Test
    void the_deadline_of_a_call_stays_where_it_is() throws Exception {
        try (var upstream = pausing(Pause.BEFORE_THE_HEAD);
                var caller = waits.caller(upstream, ConnectorSettings.DEFAULT, time)) {
            CompletableFuture<Integer> read = read(caller, Duration.ofSeconds(30));
            underWay(upstream);
            clock.advance(Duration.ofSeconds(90));
            pulse.beat();

            WireException thrown = ended(read);

            assertThat(thrown.kind()).isEqualTo(Kind.DEADLINE);
            assertThat(seconds()).isBetween(90L, 95L);
        }
    }

    @Test
    void what_has_come_before_the_end_of_a_wait_is_read_after_it() throws Exception {
        var written = new CountDownLatch(1);
        try (var upstream =
                        new BadUpstream(visit -> {
                            visit.readRequest();
                            visit.write(ANSWER.substring(0, ANSWER.length() - 10));
                            goOn.await();
                            visit.write("01234");
                            written.countDown();
                            visit.awaitHangUp();
                        });
                var caller = waits.caller(upstream, ConnectorSettings.DEFAULT, time);
                Exchange exchange = caller.get()) {
            goOn.countDown();
            assertThat(written.await(5, TimeUnit.SECONDS)).isTrue();
            onTime(Duration.ofMinutes(11));
            byte[] some = new byte[10];

            int count = 0;
            while (count < 5) {
                count += exchange.read(some, count, 10 - count);
            }

            assertThat(new String(some, 0, 5, StandardCharsets.US_ASCII)).isEqualTo("01234");
            assertThatThrownBy(() -> exchange.read(some, 5, 5))
                    .isInstanceOf(WireException.class)
                    .hasMessageContaining("deadline");
        }
    }

    /// Lets time pass on time until the wait has ended, and gives what it was called.
    private WireException ended(CompletableFuture<Integer> read) throws Exception {
        for (int step = 0; step < 1_000; step++) {
            onTime(Duration.ofMillis(500));
            try {
                read.get(2, TimeUnit.MILLISECONDS);
                throw new AssertionError("it was answered");
            } catch (TimeoutException _) {
                // Not yet: the next step may be the one.
            } catch (ExecutionException e) {
                if (e.getCause() instanceof WireException thrown) {
                    return thrown;
                }
                throw e;
            }
        }
        throw new AssertionError("the wait did not end");
    }

    private long seconds() {
        return clock.nanos() / 1_000_000_000;
    }
}
