package dev.switchgear.server.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.time.SystemTime;
import dev.switchgear.core.time.Threads;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OutletTest {
    private final List<String> written = new CopyOnWriteArrayList<>();
    private final Semaphore reader = new Semaphore(0);
    private final CountDownLatch held = new CountDownLatch(1);

    private Outlet held() throws InterruptedException {
        Outlet outlet =
                open(line -> {
                    held.countDown();
                    reader.acquireUninterruptibly();
                    written.add(line);
                });
        outlet.accept("first");
        assertThat(held.await(20, TimeUnit.SECONDS)).isTrue();
        return outlet;
    }

    private static Outlet open(Outlet.Sink sink) {
        return Outlet.open(sink, lost -> lost + " lost", Threads.virtual(), new SystemTime());
    }

    @Test
    void lines_leave_in_their_order_and_the_end_waits_for_them() throws Exception {
        Outlet outlet = open(written::add);

        for (int i = 0; i < 1_000; i++) {
            outlet.accept("line " + i);
        }
        outlet.finish(Duration.ofSeconds(20));

        assertThat(written).hasSize(1_000).startsWith("line 0", "line 1").endsWith("line 999");
        assertThat(outlet.dropped()).isZero();
    }

    @Test
    void where_nobody_reads_what_finds_no_room_is_counted_and_told_when_there_is_room()
            throws Exception {
        Outlet outlet = held();

        for (int i = 0; i < Outlet.LINES_MOST + 7; i++) {
            outlet.accept("line " + i);
        }

        assertThat(outlet.dropped()).isEqualTo(7);
        reader.release(Integer.MAX_VALUE / 2);
        outlet.finish(Duration.ofSeconds(20));
        assertThat(written).hasSize(1 + Outlet.LINES_MOST + 1).contains("7 lost");
        assertThat(outlet.dropped()).isEqualTo(7);
    }

    @Test
    void long_lines_fill_it_too() throws Exception {
        Outlet outlet = held();
        String line = "x".repeat((int) (Outlet.CHARACTERS_MOST / 4));

        for (int i = 0; i < 6; i++) {
            outlet.accept(line);
        }

        assertThat(outlet.dropped()).isEqualTo(2);
        reader.release(Integer.MAX_VALUE / 2);
        outlet.finish(Duration.ofSeconds(20));
        assertThat(written).filteredOn(line::equals).hasSize(4);
    }

    @Test
    void the_end_does_not_wait_for_who_does_not_read() throws Exception {
        Outlet outlet = held();

        outlet.finish(Duration.ofMillis(50));

        assertThat(written).isEmpty();
        outlet.accept("too late");
        assertThat(outlet.dropped()).isEqualTo(1);
        reader.release(10);
    }

    @Test
    void a_reader_that_has_gone_costs_lines_and_nothing_else() throws Exception {
        Outlet outlet =
                open(line -> {
                    if (line.startsWith("bad")) {
                        throw new IOException("broken pipe");
                    }
                    written.add(line);
                });

        outlet.accept("bad 1");
        outlet.accept("good");
        outlet.accept("bad 2");
        outlet.finish(Duration.ofSeconds(20));

        assertThat(written).containsExactly("good");
        assertThat(outlet.dropped()).isEqualTo(2);
    }
}
