package dev.switchgear.wire.http;

import java.io.IOException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.Map;
import jdk.net.ExtendedSocketOptions;

/// Has the operating system ask, while nothing comes, whether the other end is still there: a model may
/// think in silence for minutes, and a machine that has gone must not be waited for as long.
final class KeepAlives {
    /// After so much silence the first question, then one each so many seconds; after so many without
    /// an answer the connection is lost: one minute in all.
    private static final Map<SocketOption<Integer>, Integer> TIMES =
            Map.of(
                    ExtendedSocketOptions.TCP_KEEPIDLE, 30,
                    ExtendedSocketOptions.TCP_KEEPINTERVAL, 10,
                    ExtendedSocketOptions.TCP_KEEPCOUNT, 3);

    private KeepAlives() {}

    static void on(SocketChannel channel) throws IOException {
        channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        for (Map.Entry<SocketOption<Integer>, Integer> time : TIMES.entrySet()) {
            // Where the system has no say in it, its own times hold.
            if (channel.supportedOptions().contains(time.getKey())) {
                channel.setOption(time.getKey(), time.getValue());
            }
        }
    }
}
