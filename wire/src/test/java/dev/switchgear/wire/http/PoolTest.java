package dev.switchgear.wire.http;

import static dev.switchgear.wire.http.BadUpstream.lines;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.call.Timeouts;
import dev.switchgear.core.time.ManualTime;
import dev.switchgear.wire.Exchange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Waits.class)
class PoolTest {
    private final Waits waits;

    PoolTest(Waits waits) {
        this.waits = waits;
    }

    private static final String OK = lines("HTTP/1.1 200 OK", "Content-Length: 2", "", "ok");
    private static final Duration TEN_SECONDS = Duration.ofSeconds(10);
    private static final ConnectorSettings SETTINGS =
            ConnectorSettings.DEFAULT.keeping(2, 3, TEN_SECONDS, Duration.ofSeconds(25));

    private final ManualTime time = new ManualTime();

    @Test
    void two_credentials_never_share_a_connection() throws Exception {
        try (var upstream = BadUpstream.answering(OK);
                var caller = waits.caller(upstream, SETTINGS, time)) {
            caller.send("key-1", Caller.GET, Timeouts.DEFAULT).readAll(2);
            caller.send("key-2", Caller.GET, Timeouts.DEFAULT).readAll(2);
            assertThat(upstream.connections()).isEqualTo(2);

            caller.send("key-1", Caller.GET, Timeouts.DEFAULT).readAll(2);

            assertThat(upstream.connections()).isEqualTo(2);
        }
    }

    @Test
    void a_connection_unused_for_too_long_is_closed() throws Exception {
        try (var upstream = BadUpstream.answering(OK);
                var caller = waits.caller(upstream, SETTINGS, time)) {
            caller.get().readAll(2);

            time.advance(TEN_SECONDS);

            assertThat(caller.connector().resting()).isZero();
            assertThat(upstream.end()).isEqualTo("script ended");
        }
    }

    @Test
    void a_connection_too_old_is_replaced_however_busy_it_is() throws Exception {
        try (var upstream = BadUpstream.answering(OK);
                var caller = waits.caller(upstream, SETTINGS, time)) {
            for (int i = 0; i < 4; i++) {
                caller.get().readAll(2);
                time.advance(Duration.ofSeconds(8));
            }
            assertThat(upstream.connections()).isEqualTo(1);

            caller.get().readAll(2);

            assertThat(upstream.connections()).isEqualTo(2);
        }
    }

    @Test
    void no_more_connections_rest_than_allowed() throws Exception {
        try (var upstream = BadUpstream.answering(OK);
                var caller = waits.caller(upstream, SETTINGS, time)) {
            Exchange[] exchanges = {caller.get(), caller.get(), caller.get()};
            assertThat(upstream.connections()).isEqualTo(3);

            for (Exchange exchange : exchanges) {
                exchange.readAll(2);
            }

            assertThat(caller.connector().resting()).isEqualTo(2);
            assertThat(caller.connector().open()).isEqualTo(2);
        }
    }

    @Test
    void no_more_connections_rest_in_all_than_allowed() throws Exception {
        try (var upstream = BadUpstream.answering(OK);
                var caller = waits.caller(upstream, SETTINGS, time)) {
            var exchanges = new ArrayList<Exchange>();
            for (String key : List.of("key-1", "key-1", "key-2", "key-2", "key-3")) {
                exchanges.add(caller.send(key, Caller.GET, Timeouts.DEFAULT));
            }

            for (Exchange exchange : exchanges) {
                exchange.readAll(2);
            }

            assertThat(caller.connector().resting()).isEqualTo(3);
            assertThat(caller.connector().open()).as("the surplus is closed").isEqualTo(3);
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 3", "2, 0"})
    void where_none_may_rest_none_does(int perKey, int total) throws Exception {
        ConnectorSettings none =
                ConnectorSettings.DEFAULT.keeping(
                        perKey, total, TEN_SECONDS, Duration.ofSeconds(25));
        try (var upstream = BadUpstream.answering(OK);
                var caller = waits.caller(upstream, none, time)) {
            caller.get().readAll(2);

            assertThat(caller.connector().open()).isZero();
        }
    }

    @Test
    void each_connection_rests_for_its_own_time_and_is_not_used_after_it() throws Exception {
        try (var upstream = BadUpstream.answering(OK);
                var caller = waits.caller(upstream, SETTINGS, time)) {
            Exchange first = caller.get();
            Exchange second = caller.get();
            first.readAll(2);
            time.advance(Duration.ofSeconds(6));
            second.readAll(2);

            time.advance(Duration.ofMillis(3_999));
            assertThat(caller.connector().resting()).as("just before the first's end").isEqualTo(2);
            time.advance(Duration.ofMillis(1));
            assertThat(caller.connector().resting()).as("the first is closed").isEqualTo(1);
            assertThat(caller.connector().open()).isEqualTo(1);

            // The second is over too, though nobody has looked since.
            time.advance(Duration.ofSeconds(7));
            caller.get().readAll(2);
            assertThat(upstream.connections()).as("a new one").isEqualTo(3);
            assertThat(caller.connector().open()).isEqualTo(1);
        }
    }

    /// Whatever has been closed before: who rests next is closed too when its time is over.
    @Test
    void each_that_rests_is_closed_though_nobody_asks_for_one() throws Exception {
        try (var upstream = BadUpstream.answering(OK);
                var caller = waits.caller(upstream, SETTINGS, time)) {
            Exchange[] exchanges = {caller.get(), caller.get()};
            for (Exchange exchange : exchanges) {
                exchange.readAll(2);
                time.advance(Duration.ofSeconds(4));
            }
            assertThat(caller.connector().open()).isEqualTo(2);

            time.advance(Duration.ofSeconds(2));
            assertThat(caller.connector().open()).as("the first is closed").isEqualTo(1);
            time.advance(TEN_SECONDS);
            assertThat(caller.connector().open()).as("the second too").isZero();

            caller.get().readAll(2);
            time.advance(TEN_SECONDS);
            assertThat(caller.connector().open()).as("and one that came later").isZero();
        }
    }

    @Test
    void a_resting_connection_that_the_upstream_closed_is_replaced_unnoticed() throws Exception {
        try (var upstream = BadUpstream.answeringOnce(OK);
                var caller = waits.caller(upstream, SETTINGS, time)) {
            for (int i = 1; i <= 3; i++) {
                assertThat(caller.get().readAll(2)).hasSize(2);
                assertThat(upstream.end()).isEqualTo("script ended");
                assertThat(upstream.connections()).isEqualTo(i);
            }
        }
    }

    @Test
    void a_half_closed_connection_is_not_used_again() throws Exception {
        var halfClosed = new CountDownLatch(1);
        try (var upstream =
                        new BadUpstream(visit -> {
                            visit.readRequest();
                            visit.write(OK);
                            visit.socket().shutdownOutput();
                            halfClosed.countDown();
                            visit.awaitHangUp();
                        });
                var caller = waits.caller(upstream, SETTINGS, time)) {
            caller.get().readAll(2);
            halfClosed.await();

            caller.get().readAll(2);

            assertThat(upstream.connections()).isEqualTo(2);
        }
    }

    @Test
    void a_connection_on_which_the_upstream_spoke_unasked_is_not_used_again() throws Exception {
        var spoken = new CountDownLatch(1);
        var read = new CountDownLatch(1);
        try (var upstream =
                        new BadUpstream(visit -> {
                            visit.readRequest();
                            visit.write(OK);
                            read.await();
                            visit.write(lines("HTTP/1.1 408 Timeout", "", ""));
                            spoken.countDown();
                            visit.awaitHangUp();
                        });
                var caller = waits.caller(upstream, SETTINGS, time)) {
            caller.get().readAll(2);
            read.countDown();
            spoken.await();

            assertThat(caller.get().status()).isEqualTo(200);

            assertThat(upstream.connections()).isEqualTo(2);
        }
    }

    @Test
    void an_exchange_closed_before_its_end_takes_its_connection_along() throws Exception {
        try (var upstream =
                        new BadUpstream(visit -> {
                            visit.readRequest();
                            visit.write(lines("HTTP/1.1 200 OK", "Content-Length: 9", "", "ok"));
                            visit.awaitHangUp();
                        });
                var caller = waits.caller(upstream, SETTINGS, time)) {
            caller.get().close();

            assertThat(upstream.end()).isEqualTo("script ended");
            assertThat(caller.connector().open()).isZero();
        }
    }
}
