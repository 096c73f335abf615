package dev.switchgear.wire.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.time.ManualTime;
import dev.switchgear.wire.Endpoint.Scheme;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which of several resting connections is taken.
class PoolNearTest {
    private static final ConnectionKey KEY =
            new ConnectionKey(Scheme.HTTP, "upstream.test", 80, "key");

    private final ManualTime time = new ManualTime();
    private final Watchdog watchdog = new Watchdog(time);

    /// Open, silent, and near or not.
    private record Resting(boolean near) implements Socket {
        @Override
        public SocketChannel channel() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void connect(InetSocketAddress to) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int read(ByteBuffer into) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long write(ByteBuffer head, ByteBuffer body) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int poll(ByteBuffer into) {
            return 0;
        }

        @Override
        public void close() {}
    }

    /// In the order in which they came to rest: `n` is near, `f` far.
    @ParameterizedTest
    @CsvSource({
        "n, 0",
        "f, 0",
        "nn, 1 0",
        "ff, 1 0",
        "nf, 0 1",
        "fnff, 1 3 2 0",
        "fnfnf, 3 1 4 2 0",
        // Nobody looks further back than eight.
        "nffffffff, 8 0 7 6 5 4 3 2 1"
    })
    void of_the_last_few_one_that_is_near(String resting, String taken) {
        var pool = new Pool(ConnectorSettings.DEFAULT, time);
        var all = new ArrayList<Connection>();
        for (int i = 0; i < resting.length(); i++) {
            var socket = new Resting(resting.charAt(i) == 'n');
            var connection = new Connection(socket, KEY, watchdog, time);
            all.add(connection);
            pool.give(connection);
        }

        List<Integer> expected = Arrays.stream(taken.split(" ")).map(Integer::valueOf).toList();
        for (int number : expected) {
            assertThat(pool.take(KEY)).contains(all.get(number));
        }
        assertThat(pool.take(KEY)).isEmpty();
        assertThat(pool.size()).isZero();
    }
}
