package dev.switchgear.simulator;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;

/// A client that sees every byte and every way a connection can end.
final class SimulatorRawClient implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 10_000;

    private final Socket socket;
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();

    SimulatorRawClient(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE_MILLIS);
    }

    SimulatorRawClient send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    SimulatorRawClient post(String path, String body) throws IOException {
        return send(
                "POST "
                        + path
                        + " HTTP/1.1\r\nhost: localhost\r\ncontent-length: "
                        + body.getBytes(StandardCharsets.UTF_8).length
                        + "\r\n\r\n"
                        + body);
    }

    /// Reads until the connection ends; throws where it ends by a reset.
    byte[] untilClosed() throws IOException {
        byte[] buffer = new byte[4096];
        for (int read = read(buffer); read >= 0; read = read(buffer)) {
            received.write(buffer, 0, read);
        }
        return received.toByteArray();
    }

    /// Reads until what was received contains `text`.
    String until(String text) throws IOException {
        return until(received -> received.contains(text));
    }

    /// Reads until what was received is as `wanted`; throws where the connection ends before.
    String until(Predicate<String> wanted) throws IOException {
        byte[] buffer = new byte[4096];
        while (!wanted.test(received())) {
            int read = read(buffer);
            if (read < 0) {
                throw new IOException("closed after: " + received());
            }
            received.write(buffer, 0, read);
        }
        return received();
    }

    private int read(byte[] buffer) throws IOException {
        return socket.getInputStream().read(buffer);
    }

    String received() {
        return received.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
