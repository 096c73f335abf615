package dev.switchgear.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.simulator.settings.SimulatorSettings;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// HTTP/2 as strangers speak it: by the book, which the conformance suite asks, and against it.
class Http2Test {
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int PRIORITY = 2;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int GOAWAY = 7;
    private static final int WINDOW_UPDATE = 8;
    private static final int CONTINUATION = 9;
    private static final int UNKNOWN = 77;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;
    private static final int CALM = 11;
    private static final byte[] NOTHING = new byte[0];

    @TempDir private static Path folder;
    private static House house;

    @BeforeAll
    static void open() throws Exception {
        PemFiles pem = PemFiles.in(folder);
        house =
                House.with(
                        "server: { port: 0, tls: { certificate: '"
                                + pem.certificate()
                                + "', key: '"
                                + pem.key()
                                + "' } }",
                        House.ROUTES,
                        House.TIMEOUTS,
                        SimulatorSettings.instant("alpha", "beta", "gamma"));
    }

    @AfterAll
    static void close() {
        house.close();
    }

    @Test
    void it_passes_every_case_of_the_conformance_suite() throws Exception {
        Sdk suite = Sdk.forH2spec();
        try (Sdk.Script asked = suite.start(Integer.toString(house.port()))) {
            String said = asked.said(240);

            assertThat(said).contains("145 tests, 145 passed, 0 skipped, 0 failed");
        }
    }

    private record Frame(int type, int flags, int stream, byte[] payload) {
        int code() {
            return ByteBuffer.wrap(payload).getInt(type == GOAWAY ? 4 : 0);
        }
    }

    private static byte[] frame(int type, int flags, int stream, byte[] payload) {
        return ByteBuffer.allocate(9 + payload.length)
                .putInt((payload.length << 8) | type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    /// Literal fields without a table (RFC 7541 §6.2.2), short ones.
    private static byte[] fields(String... namesAndValues) {
        var block = new ByteArrayOutputStream();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            block.write(0);
            for (String text : List.of(namesAndValues[i], namesAndValues[i + 1])) {
                block.write(text.length());
                block.writeBytes(text.getBytes(US_ASCII));
            }
        }
        return block.toByteArray();
    }

    private static byte[] get(String path) {
        return asked("GET", path);
    }

    private static byte[] asked(String method, String path) {
        return fields(
                ":method", method, ":scheme", "https", ":path", path, ":authority", "localhost");
    }

    private static byte[] times(int count, byte[] one) {
        var all = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            all.writeBytes(one);
        }
        return all.toByteArray();
    }

    /// A connection that has said hello and is trusted by nobody.
    private static final class Stranger implements AutoCloseable {
        private final SSLSocket socket;
        private final DataInputStream in;

        private Stranger() throws Exception {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new AnyCertificate()}, null);
            socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", house.port());
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2"});
            socket.setSSLParameters(parameters);
            socket.setSoTimeout(20_000);
            // A frame after a frame must not wait for what the other side says of the first.
            socket.setTcpNoDelay(true);
            socket.startHandshake();
            in = new DataInputStream(socket.getInputStream());
            send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII));
            send(frame(SETTINGS, 0, 0, NOTHING));
        }

        private void send(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        }

        /// Sends as long as the other side takes it.
        private void flood(byte[] bytes) {
            try {
                send(bytes);
            } catch (IOException closed) {
                // That is what it is for.
                assertThat(closed).isNotNull();
            }
        }

        private Frame next() throws IOException {
            int head = in.readInt();
            int flags = in.readUnsignedByte();
            int stream = in.readInt();
            byte[] payload = new byte[head >>> 8];
            in.readFully(payload);
            return new Frame(head & 0xff, flags, stream, payload);
        }

        private Frame until(Predicate<Frame> wanted) throws IOException {
            Frame frame = next();
            while (!wanted.test(frame)) {
                frame = next();
            }
            return frame;
        }

        /// All that comes until the connection closes.
        private List<Frame> rest() throws IOException {
            var frames = new ArrayList<Frame>();
            try {
                while (true) {
                    frames.add(next());
                }
            } catch (EOFException | SocketException closed) {
                return frames;
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static final class AnyCertificate implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    static Stream<Arguments> floods() {
        byte[] open = frame(HEADERS, END_HEADERS, 1, asked("POST", "/v1/chat/completions"));
        byte[] beginning = frame(HEADERS, 0, 1, get("/livez"));
        return Stream.of(
                Arguments.of("SETTINGS", NOTHING, frame(SETTINGS, 0, 0, NOTHING)),
                Arguments.of("PING", NOTHING, frame(PING, 0, 0, new byte[8])),
                Arguments.of("PING that answers", NOTHING, frame(PING, 1, 0, new byte[8])),
                Arguments.of(
                        "PRIORITY", NOTHING, frame(PRIORITY, 0, 1, new byte[] {0, 0, 0, 3, 1})),
                Arguments.of(
                        "WINDOW_UPDATE",
                        NOTHING,
                        frame(WINDOW_UPDATE, 0, 0, new byte[] {0, 0, 0, 1})),
                Arguments.of("unknown", NOTHING, frame(UNKNOWN, 0, 0, NOTHING)),
                Arguments.of("large unknown", NOTHING, frame(UNKNOWN, 0, 0, new byte[900])),
                Arguments.of("empty DATA", open, frame(DATA, 0, 1, NOTHING)),
                Arguments.of("DATA of a byte", open, frame(DATA, 0, 1, new byte[] {'{'})),
                Arguments.of("empty CONTINUATION", beginning, frame(CONTINUATION, 0, 1, NOTHING)),
                Arguments.of("RST_STREAM", open, frame(RST_STREAM, 0, 1, new byte[] {0, 0, 0, 8})));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("floods")
    void a_flood_of_frames_that_ask_for_nothing_ends_the_connection(
            String name, byte[] before, byte[] one) throws Exception {
        try (var stranger = new Stranger()) {
            stranger.send(before);
            stranger.flood(times(1000, one));

            assertThat(stranger.rest())
                    .filteredOn(frame -> frame.type() == GOAWAY)
                    .anyMatch(frame -> frame.code() == CALM);
        }
    }

    /// Each frame waits for the answer to the one before: what we must say to that earns nothing.
    @Test
    void a_flood_that_waits_for_each_answer_ends_it_too() throws Exception {
        int answered = 0;
        try (var stranger = new Stranger()) {
            for (int i = 0; i < 100_000; i++) {
                stranger.send(frame(PING, 0, 0, new byte[8]));
                Frame said =
                        stranger.until(frame -> frame.type() == PING || frame.type() == GOAWAY);
                if (said.type() == GOAWAY) {
                    assertThat(said.code()).isEqualTo(CALM);
                    return;
                }
                answered++;
            }
        }
        assertThat(answered).as("pings that were answered").isLessThan(100_000);
    }

    @Test
    void who_asks_much_may_say_much_of_windows() throws Exception {
        try (var stranger = new Stranger()) {
            for (int i = 0; i < 1000; i++) {
                int stream = 2 * i + 1;
                stranger.send(frame(HEADERS, END_HEADERS | END_STREAM, stream, get("/livez")));
                stranger.send(frame(WINDOW_UPDATE, 0, 0, new byte[] {0, 0, 0, 9}));
                stranger.send(frame(WINDOW_UPDATE, 0, stream, new byte[] {0, 0, 0, 9}));
                Frame last =
                        stranger.until(frame ->
                                frame.type() == GOAWAY
                                        || ((frame.flags() & END_STREAM) != 0
                                                && frame.stream() == stream));
                assertThat(last.type()).as("of request %s", i).isNotEqualTo(GOAWAY);
            }
        }
    }

    static Stream<Arguments> connects() {
        return Stream.of(
                Arguments.of("CONNECT", fields(":method", "CONNECT", ":authority", "other:443")),
                Arguments.of("CONNECT to a path", asked("CONNECT", "/v1/chat/completions")),
                Arguments.of(
                        "CONNECT for another protocol",
                        fields(
                                ":method",
                                "CONNECT",
                                ":protocol",
                                "websocket",
                                ":scheme",
                                "https",
                                ":path",
                                "/",
                                ":authority",
                                "localhost")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("connects")
    void connect_is_refused(String name, byte[] head) throws Exception {
        for (int end : List.of(0, END_STREAM)) {
            try (var stranger = new Stranger()) {
                stranger.send(frame(HEADERS, END_HEADERS | end, 1, head));
                Frame said = stranger.until(frame -> frame.stream() == 1);

                assertThat(said.type()).isIn(HEADERS, RST_STREAM);
                stranger.send(frame(HEADERS, END_HEADERS | END_STREAM, 3, get("/livez")));
                assertThat(stranger.until(frame -> frame.stream() == 3).type())
                        .as("the connection goes on")
                        .isEqualTo(HEADERS);
            }
        }
    }

    @Test
    void who_is_refused_by_the_head_is_answered_and_the_stream_closed() throws Exception {
        try (var stranger = new Stranger()) {
            stranger.send(frame(HEADERS, END_HEADERS, 1, asked("POST", "/v1/nothing")));

            assertThat(stranger.until(frame -> frame.stream() == 1).type()).isEqualTo(HEADERS);
            Frame closed =
                    stranger.until(frame -> frame.type() == RST_STREAM || frame.type() == GOAWAY);
            assertThat(closed.type()).isEqualTo(RST_STREAM);
            assertThat(closed.code()).as("NO_ERROR").isZero();
            stranger.send(frame(HEADERS, END_HEADERS | END_STREAM, 3, get("/livez")));
            assertThat(stranger.until(frame -> frame.stream() == 3).type()).isEqualTo(HEADERS);
        }
    }
}
