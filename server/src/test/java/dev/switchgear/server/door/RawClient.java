package dev.switchgear.server.door;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// A client that sends exactly the bytes it is told to.
public final class RawClient implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 10_000;

    private final Socket socket = new Socket();

    public RawClient(int port) throws IOException {
        this(port, 0);
    }

    /// @param receiveBuffer bytes the kernel may keep for us; 0 for its own choice
    public RawClient(int port, int receiveBuffer) throws IOException {
        this(port, receiveBuffer, PATIENCE_MILLIS);
    }

    /// @param patienceMillis how long each read may wait
    public RawClient(int port, int receiveBuffer, int patienceMillis) throws IOException {
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.setSoTimeout(patienceMillis);
        socket.setTcpNoDelay(true);
        socket.connect(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
    }

    public RawClient send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public RawClient send(byte[] bytes) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(bytes);
        out.flush();
        return this;
    }

    public InputStream in() throws IOException {
        return socket.getInputStream();
    }

    /// Everything until the server closes.
    public String readAll() throws IOException {
        return new String(in().readAllBytes(), StandardCharsets.UTF_8);
    }

    /// Everything up to and including `mark`; what came before the end where it never comes.
    public String readUntil(String mark) throws IOException {
        var read = new ByteArrayOutputStream();
        for (int b = in().read(); b >= 0; b = in().read()) {
            read.write(b);
            if (read.toString(StandardCharsets.ISO_8859_1).endsWith(mark)) {
                break;
            }
        }
        return read.toString(StandardCharsets.UTF_8);
    }

    /// So many bytes; fewer where the end comes first.
    public String read(int length) throws IOException {
        return new String(in().readNBytes(length), StandardCharsets.UTF_8);
    }

    public void hangUp() throws IOException {
        socket.close();
    }

    /// Closes with a reset instead of a goodbye.
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
