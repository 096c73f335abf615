package dev.switchgear.server.door.vertx;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Reads the frames that a client sends (RFC 6455 §5) out of bytes as they come, in whatever pieces. It
/// keeps none of a message: its parts are handed on as they are. For one thread.
final class SocketFrames {
    /// A farewell that gives no reason (§7.1.5).
    static final int NO_CODE = 1005;

    static final int PROTOCOL_ERROR = 1002;
    static final int NOT_UTF_8 = 1007;

    /// Hears what is read.
    interface Sink {
        /// A message begins.
        ///
        /// @param text else bytes
        void begin(boolean text);

        /// A frame of the message begins.
        ///
        /// @param length of its data
        /// @param last whether the message ends with it
        void frame(long length, boolean last);

        /// Some of the message, without its mask; who needs it for longer than this call retains it.
        ///
        /// @return whether to read on; else [#feed] returns, and what it has not read is to be fed again
        boolean part(ByteBuf data);

        /// The message is whole.
        ///
        /// @return whether to read on, as with [#part]
        boolean end();

        void ping(byte[] data);

        void pong();

        /// The client's farewell; nothing is read after it.
        void farewell(int code);

        /// What cannot be read; nothing is read after it.
        void flaw(int code, String reason);
    }

    private static final int CONTINUATION = 0;
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;
    private static final int CONTROL_MOST = 125;
    private static final int HEAD_MOST = 14;

    private final Sink sink;
    private final byte[] head = new byte[HEAD_MOST];
    private final byte[] control = new byte[CONTROL_MOST];
    private int headBytes;
    private int headNeeded = 2;
    private boolean inFrame;
    private boolean inMessage;
    private boolean last;
    private int opcode;
    private long missing;
    private int maskAt;
    private int controlBytes;
    private boolean over;

    SocketFrames(Sink sink) {
        this.sink = sink;
    }

    /// Whether nothing more will be read.
    boolean over() {
        return over;
    }

    /// Reads what there is, or up to where the sink wants no more.
    void feed(ByteBuf in) {
        boolean on = true;
        while (on && !over && (in.isReadable() || (inFrame && missing == 0))) {
            on = inFrame ? data(in) : header(in);
        }
        if (over) {
            in.skipBytes(in.readableBytes());
        }
    }

    private boolean header(ByteBuf in) {
        head[headBytes++] = in.readByte();
        if (headBytes == 2) {
            int length = head[1] & 0x7f;
            headNeeded = 2 + (length == 126 ? 2 : length == 127 ? 8 : 0) + 4;
            String flaw = flaw(length);
            if (!flaw.isEmpty()) {
                end(PROTOCOL_ERROR, flaw);
                return false;
            }
        }
        if (headBytes == headNeeded) {
            begin();
        }
        return true;
    }

    /// What is wrong with the first two bytes; empty for nothing.
    private String flaw(int length) {
        int code = head[0] & 0x0f;
        boolean fin = (head[0] & 0x80) != 0;
        if ((head[0] & 0x70) != 0) {
            return "a reserved bit is set, and no extension was agreed upon";
        }
        if ((head[1] & 0x80) == 0) {
            return "a client's frame must be masked";
        }
        return switch (code) {
            case CONTINUATION -> inMessage ? "" : "there is nothing to continue";
            case TEXT, BINARY -> inMessage ? "a message begins within another" : "";
            case CLOSE, PING, PONG ->
                    !fin
                            ? "a control frame must be whole"
                            : length > CONTROL_MOST ? "a control frame is too long" : "";
            default -> "unknown kind of frame: " + code;
        };
    }

    private void begin() {
        opcode = head[0] & 0x0f;
        boolean fin = (head[0] & 0x80) != 0;
        int short7 = head[1] & 0x7f;
        missing = short7;
        if (short7 == 126 || short7 == 127) {
            missing = 0;
            for (int i = 2; i < headNeeded - 4; i++) {
                missing = (missing << 8) | (head[i] & 0xff);
            }
            if (missing < (short7 == 126 ? 126 : 65_536)) {
                // Negative where the highest bit is set.
                end(PROTOCOL_ERROR, "the length of a frame is not written as it must be");
                return;
            }
        }
        maskAt = 0;
        inFrame = true;
        if (opcode >= CLOSE) {
            controlBytes = 0;
            return;
        }
        last = fin;
        if (opcode != CONTINUATION) {
            inMessage = true;
            sink.begin(opcode == TEXT);
        }
        if (!over) {
            sink.frame(missing, last);
        }
    }

    private boolean data(ByteBuf in) {
        int count = (int) Math.min(missing, in.readableBytes());
        if (opcode >= CLOSE) {
            for (int i = 0; i < count; i++) {
                control[controlBytes++] = (byte) (in.readByte() ^ mask());
            }
            missing -= count;
            if (missing == 0) {
                endFrame();
                control();
            }
            return true;
        }
        if (count > 0) {
            unmask(in, count);
            missing -= count;
            if (!sink.part(in.readSlice(count))) {
                return false;
            }
        }
        if (missing == 0 && !over) {
            endFrame();
            if (last) {
                inMessage = false;
                return sink.end();
            }
        }
        return true;
    }

    private byte mask() {
        byte mask = head[headNeeded - 4 + (maskAt & 3)];
        maskAt++;
        return mask;
    }

    /// Eight bytes at once where there are so many: a mask is laid over each byte of a large message.
    private void unmask(ByteBuf in, int count) {
        int at = in.readerIndex();
        int end = at + count;
        long eight = 0;
        for (int i = 0; i < 8; i++) {
            eight = (eight << 8) | (head[headNeeded - 4 + ((maskAt + i) & 3)] & 0xff);
        }
        for (; at + 8 <= end; at += 8) {
            in.setLong(at, in.getLong(at) ^ eight);
        }
        // Eight is two whole masks, so where the mask stands is the same as before.
        for (; at < end; at++) {
            in.setByte(at, in.getByte(at) ^ mask());
        }
        maskAt &= 3;
    }

    private void endFrame() {
        inFrame = false;
        headBytes = 0;
        headNeeded = 2;
    }

    private void control() {
        byte[] data = Arrays.copyOf(control, controlBytes);
        switch (opcode) {
            case PING -> sink.ping(data);
            case PONG -> sink.pong();
            default -> farewell(data);
        }
    }

    private void farewell(byte[] data) {
        if (data.length == 0) {
            over = true;
            sink.farewell(NO_CODE);
            return;
        }
        int code = data.length == 1 ? 0 : ((data[0] & 0xff) << 8) | (data[1] & 0xff);
        if (!mayBeSent(code)) {
            end(PROTOCOL_ERROR, "a farewell with a code that may not be sent");
        } else if (!isUtf8(ByteBuffer.wrap(data, 2, data.length - 2))) {
            end(NOT_UTF_8, "a farewell whose reason is not UTF-8");
        } else {
            over = true;
            sink.farewell(code);
        }
    }

    /// §7.4: those that the protocol has defined, and those left to libraries and applications.
    private static boolean mayBeSent(int code) {
        return (code >= 1000 && code <= 1003)
                || (code >= 1007 && code <= 1014)
                || (code >= 3000 && code <= 4999);
    }

    private void end(int code, String reason) {
        over = true;
        sink.flaw(code, reason);
    }

    /// Nothing more is read.
    void stop() {
        over = true;
    }

    static boolean isUtf8(ByteBuffer bytes) {
        try {
            // In pieces, for a whole copy in characters would double what was reserved.
            var decoder = StandardCharsets.UTF_8.newDecoder();
            var piece = CharBuffer.allocate(8192);
            while (true) {
                var result = decoder.decode(bytes, piece, true);
                if (result.isUnderflow()) {
                    return true;
                }
                if (result.isError()) {
                    result.throwException();
                }
                piece.clear();
            }
        } catch (CharacterCodingException invalid) {
            return false;
        }
    }
}
