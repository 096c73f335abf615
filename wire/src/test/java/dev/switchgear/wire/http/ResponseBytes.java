package dev.switchgear.wire.http;

import dev.switchgear.wire.WireException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// Reads a response from an array instead of a connection.
final class ResponseBytes implements ByteSource {
    private final byte[] bytes;
    private final int pieceMax;
    private int at;

    /// @param pieceMax the most bytes that come at once; 1 or more
    ResponseBytes(byte[] bytes, int pieceMax) {
        this.bytes = bytes;
        this.pieceMax = pieceMax;
    }

    @Override
    public int read(ByteBuffer into) {
        if (at == bytes.length) {
            return -1;
        }
        int count = Math.min(Math.min(into.remaining(), pieceMax), bytes.length - at);
        into.put(bytes, at, count);
        at += count;
        return count;
    }

    /// What the response came to: its status and body, or how it was refused.
    static String outcome(byte[] bytes, int pieceMax, String method) {
        return outcome(bytes, pieceMax, method, ResponseLimits.DEFAULT);
    }

    static String outcome(byte[] bytes, int pieceMax, String method, ResponseLimits limits) {
        try {
            var intake = new Intake(new ResponseBytes(bytes, pieceMax));
            Head head = Head.read(intake, limits);
            Decoded body = Decoded.of(head, Body.of(head, method, intake, limits), limits);
            var all = new ByteArrayOutputStream();
            byte[] piece = new byte[777];
            for (int n = body.read(piece, 0, 777); n >= 0; n = body.read(piece, 0, 777)) {
                if (n == 0) {
                    throw new AssertionError("a read that gives nothing");
                }
                all.write(piece, 0, n);
            }
            if (!body.ended()) {
                throw new AssertionError("an end that is none");
            }
            return head.status() + " " + all.toString(StandardCharsets.ISO_8859_1);
        } catch (WireException e) {
            return e.kind().toString();
        }
    }
}
