package dev.switchgear.wire.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.Test;

class KeepAlivesTest {
    @Test
    void a_machine_that_has_gone_is_noticed_within_a_minute_of_silence() throws IOException {
        try (SocketChannel channel = SocketChannel.open()) {
            KeepAlives.on(channel);

            assertThat(channel.getOption(StandardSocketOptions.SO_KEEPALIVE)).isTrue();
            if (channel.supportedOptions().contains(ExtendedSocketOptions.TCP_KEEPIDLE)) {
                int seconds =
                        channel.getOption(ExtendedSocketOptions.TCP_KEEPIDLE)
                                + channel.getOption(ExtendedSocketOptions.TCP_KEEPINTERVAL)
                                        * channel.getOption(ExtendedSocketOptions.TCP_KEEPCOUNT);
                assertThat(seconds).isEqualTo(60);
            }
        }
    }
}
