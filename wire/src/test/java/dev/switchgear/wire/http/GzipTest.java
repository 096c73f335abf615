package dev.switchgear.wire.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.switchgear.wire.Exchange;
import dev.switchgear.wire.WireException;
import dev.switchgear.wire.WireException.Kind;
import dev.switchgear.wire.stream.EventData;
import dev.switchgear.wire.stream.EventLimits;
import dev.switchgear.wire.stream.EventReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Waits.class)
class GzipTest {
    private final Waits waits;

    GzipTest(Waits waits) {
        this.waits = waits;
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(plain);
        }
        return out.toByteArray();
    }

    private static String chunk(byte[] bytes) {
        return Integer.toHexString(bytes.length) + "\r\n" + new String(bytes, ISO_8859_1) + "\r\n";
    }

    private static String answer(byte[]... chunks) {
        var text = new StringBuilder();
        text.append(
                BadUpstream.lines(
                        "HTTP/1.1 200 OK",
                        "Content-Encoding: gzip",
                        "Transfer-Encoding: chunked",
                        "",
                        ""));
        for (byte[] chunk : chunks) {
            text.append(chunk(chunk));
        }
        return text.append("0\r\n\r\n").toString();
    }

    private WireException failure(String answer) throws Exception {
        try (var upstream = BadUpstream.answering(answer);
                var caller = waits.caller(upstream)) {
            WireException thrown =
                    catchThrowableOfType(
                            WireException.class, () -> caller.get().readAll(100_000_000));
            assertThat(caller.connector().open()).isZero();
            return thrown;
        }
    }

    @Test
    void a_gzip_body_is_decompressed_and_no_longer_called_gzip() throws Exception {
        byte[] plain = new byte[100_000];
        new Random(1).nextBytes(plain);
        byte[] packed = gzip(plain);
        try (var upstream =
                        BadUpstream.answering(
                                answer(
                                        Arrays.copyOf(packed, 5),
                                        Arrays.copyOfRange(packed, 5, packed.length)));
                var caller = waits.caller(upstream)) {
            Exchange exchange = caller.get();

            assertThat(exchange.headers().first("content-encoding")).isEmpty();
            assertThat(exchange.readAll(100_000)).isEqualTo(plain);
            assertThat(caller.connector().resting()).isEqualTo(1);
        }
    }

    @Test
    void members_one_after_another_are_one_body() throws Exception {
        try (var upstream =
                        BadUpstream.answering(
                                answer(
                                        gzip("hello ".getBytes(UTF_8)),
                                        gzip("world".getBytes(UTF_8))));
                var caller = waits.caller(upstream)) {
            assertThat(new String(caller.get().readAll(100), UTF_8)).isEqualTo("hello world");
        }
    }

    @Test
    void a_compressed_event_stream_still_streams() throws Exception {
        var goOn = new CountDownLatch(1);
        try (var upstream =
                        new BadUpstream(visit -> {
                            visit.readRequest();
                            String all = answer();
                            visit.write(all.substring(0, all.length() - 5));
                            var out = new ByteArrayOutputStream();
                            var gzip = new GZIPOutputStream(out, 512, true);
                            gzip.write("data: a\n\n".getBytes(UTF_8));
                            gzip.flush();
                            visit.write(chunk(out.toByteArray()));
                            goOn.await();
                            out.reset();
                            gzip.write("data: b\n\n".getBytes(UTF_8));
                            gzip.finish();
                            visit.write(chunk(out.toByteArray()) + "0\r\n\r\n");
                            visit.awaitHangUp();
                        });
                var caller = waits.caller(upstream)) {
            var events = new EventReader(caller.get(), EventLimits.DEFAULT);

            assertThat(events.next()).isTrue();
            assertThat(EventData.text(events)).isEqualTo("a");
            goOn.countDown();
            assertThat(events.next()).isTrue();
            assertThat(EventData.text(events)).isEqualTo("b");
            assertThat(events.next()).isFalse();
        }
    }

    @Test
    void how_well_a_body_is_compressed_makes_no_difference_up_to_the_bound() throws Exception {
        for (int size : new int[] {60_000, 66_000, 1_000_000, 20_000_000}) {
            byte[] packed = gzip(new byte[size]);
            try (var upstream = BadUpstream.answering(answer(packed));
                    var caller = waits.caller(upstream)) {
                assertThat(caller.get().readAll(size))
                        .as("%s bytes in %s", size, packed.length)
                        .hasSize(size);
            }
        }
    }

    @Test
    void a_bomb_ends_at_the_readers_bound_and_unfolds_no_further() throws Exception {
        byte[] bomb = gzip(new byte[200_000_000]);
        try (var upstream = BadUpstream.answering(answer(bomb));
                var caller = waits.caller(upstream)) {
            Exchange exchange = caller.get();
            long before = allocated();

            WireException thrown =
                    catchThrowableOfType(WireException.class, () -> exchange.readAll(1_000_000));

            assertThat(thrown.kind()).isEqualTo(Kind.TOO_LARGE);
            assertThat(thrown).hasMessageContaining("1000000 bytes");
            assertThat(allocated() - before).as("bytes allocated").isLessThan(8_000_000);
        }
    }

    @Test
    void a_bomb_in_a_stream_ends_at_the_bound_of_its_lines() throws Exception {
        try (var upstream = BadUpstream.answering(answer(gzip(new byte[50_000_000])));
                var caller = waits.caller(upstream)) {
            var events = new EventReader(caller.get(), EventLimits.upTo(100_000));

            WireException thrown = catchThrowableOfType(WireException.class, events::next);

            assertThat(thrown.kind()).isEqualTo(Kind.TOO_LARGE);
        }
    }

    @Test
    void members_without_content_are_bounded_too() throws Exception {
        ResponseLimits limits = ResponseLimits.DEFAULT.gunzippedUpTo(100_000);
        var empty = new ByteArrayOutputStream();
        for (int i = 0; i < 10_000; i++) {
            empty.writeBytes(gzip(new byte[0]));
        }

        String outcome =
                ResponseBytes.outcome(
                        answer(empty.toByteArray()).getBytes(ISO_8859_1), 4096, "POST", limits);

        assertThat(outcome).isEqualTo(Kind.TOO_LARGE.toString());
    }

    private static long allocated() {
        var threads =
                (com.sun.management.ThreadMXBean)
                        java.lang.management.ManagementFactory.getThreadMXBean();
        return threads.getThreadAllocatedBytes(Thread.currentThread().threadId());
    }

    @Test
    void damaged_gzip_is_malformed() throws Exception {
        byte[] good = gzip("hello, hello, hello".getBytes(UTF_8));
        byte[] wrongSum = good.clone();
        wrongSum[good.length - 6] ^= 1;
        byte[] wrongSize = good.clone();
        wrongSize[good.length - 1] ^= 1;
        byte[] wrongData = good.clone();
        wrongData[10] = (byte) 0xff;
        byte[] reserved = good.clone();
        reserved[3] = (byte) 0x80;

        for (byte[] bad :
                new byte[][] {
                    wrongSum,
                    wrongSize,
                    wrongData,
                    reserved,
                    {},
                    "no gzip at all".getBytes(UTF_8),
                    Arrays.copyOf(good, 7),
                    Arrays.copyOf(good, good.length - 9),
                    Arrays.copyOf(good, good.length - 1),
                    Arrays.copyOf(good, good.length + 3)
                }) {
            assertThat(failure(bad.length == 0 ? answer() : answer(bad)).kind())
                    .isEqualTo(Kind.MALFORMED);
        }
    }
}
