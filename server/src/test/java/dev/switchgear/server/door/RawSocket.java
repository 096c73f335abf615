package dev.switchgear.server.door;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;

/// A client of WebSockets that sends exactly the frames it is told to, right or wrong.
public final class RawSocket implements AutoCloseable {
    public static final int CONTINUATION = 0;
    public static final int TEXT = 1;
    public static final int BINARY = 2;
    public static final int CLOSE = 8;
    public static final int PING = 9;
    public static final int PONG = 10;

    private static final byte[] MASK = {0x12, 0x34, 0x56, 0x78};

    private final RawClient client;
    private final DataInputStream in;

    /// What the server answered to the handshake.
    private final String head;

    /// @param opcode what kind
    /// @param data without a mask; servers send none
    public record Frame(int opcode, boolean last, byte[] data) {
        public String text() {
            return new String(data, UTF_8);
        }

        /// Of a farewell; 0 where it gives none.
        public int code() {
            return data.length < 2 ? 0 : ((data[0] & 0xff) << 8) | (data[1] & 0xff);
        }
    }

    public RawSocket(int port, String path, String... headers) throws IOException {
        this(new RawClient(port), path, headers);
    }

    public RawSocket(RawClient client, String path, String... headers) throws IOException {
        this.client = client;
        client.send(handshake(path, headers));
        this.head = client.readUntil("\r\n\r\n");
        this.in = new DataInputStream(client.in());
    }

    /// A right one; a header that is given takes the place of the usual one of its name, and one without
    /// a value takes it away.
    public static String handshake(String path, String... headers) {
        var fields = new java.util.LinkedHashMap<String, String>();
        fields.put("host", "localhost");
        fields.put("connection", "Upgrade");
        fields.put("upgrade", "websocket");
        fields.put("sec-websocket-version", "13");
        fields.put("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
        for (String header : headers) {
            int colon = header.indexOf(':');
            String value = header.substring(colon + 1).strip();
            String name = header.substring(0, colon);
            if (value.isEmpty()) {
                fields.remove(name);
            } else {
                fields.put(name, value);
            }
        }
        var text = new StringBuilder("GET " + path + " HTTP/1.1\r\n");
        fields.forEach((name, value) -> text.append(name + ": " + value + "\r\n"));
        return text.append("\r\n").toString();
    }

    public String head() {
        return head;
    }

    public RawSocket text(String text) throws IOException {
        return send(frame(0x80 | TEXT, text.getBytes(UTF_8)));
    }

    public RawSocket send(byte[] bytes) throws IOException {
        client.send(bytes);
        return this;
    }

    public RawSocket close(int code) throws IOException {
        return send(frame(0x80 | CLOSE, new byte[] {(byte) (code >> 8), (byte) code}));
    }

    /// @param first the first byte: whether it is the last, reserved bits, kind
    public static byte[] frame(int first, byte[] data) {
        return frame(first, data, true);
    }

    public static byte[] frame(int first, byte[] data, boolean masked) {
        var out = new ByteArrayOutputStream();
        out.write(first);
        int mask = masked ? 0x80 : 0;
        if (data.length < 126) {
            out.write(mask | data.length);
        } else if (data.length < 65_536) {
            out.write(mask | 126);
            out.write(data.length >> 8);
            out.write(data.length);
        } else {
            out.write(mask | 127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                out.write((int) ((long) data.length >> shift));
            }
        }
        byte[] masking = data.clone();
        if (masked) {
            out.writeBytes(MASK);
            for (int i = 0; i < masking.length; i++) {
                masking[i] ^= MASK[i & 3];
            }
        }
        out.writeBytes(masking);
        return out.toByteArray();
    }

    /// The next frame; an EOFException where the connection ends first.
    public Frame read() throws IOException {
        int first = in.readUnsignedByte();
        int second = in.readUnsignedByte();
        long length = second & 0x7f;
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = in.readLong();
        }
        byte[] data = in.readNBytes(Math.toIntExact(length));
        if ((second & 0x80) != 0) {
            throw new IOException("a server's frame is masked");
        }
        return new Frame(first & 0x0f, (first & 0x80) != 0, data);
    }

    /// The next frame that is no ping.
    public Frame next() throws IOException {
        Frame frame = read();
        while (frame.opcode() == PING) {
            frame = read();
        }
        return frame;
    }

    /// The code of the server's farewell, whatever comes before it; -1 where the connection just ends.
    public int farewell() throws IOException {
        try {
            Frame frame = next();
            while (frame.opcode() != CLOSE) {
                frame = next();
            }
            return frame.code();
        } catch (EOFException | java.net.SocketException ended) {
            return -1;
        }
    }

    /// Whether nothing more comes.
    public boolean ended() throws IOException {
        try {
            return in.read() < 0;
        } catch (java.net.SocketException reset) {
            return true;
        }
    }

    public RawClient client() {
        return client;
    }

    public static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    public static byte[] join(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        Arrays.stream(parts).forEach(out::writeBytes);
        return out.toByteArray();
    }

    public static byte[] ascii(String text) {
        return text.getBytes(ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
