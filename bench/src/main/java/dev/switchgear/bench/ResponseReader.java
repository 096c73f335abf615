package dev.switchgear.bench;

import java.io.IOException;
import java.nio.ByteBuffer;

/// Reads HTTP/1.1 responses of one keep-alive connection, pushed at it in pieces cut anywhere.
/// Knows what the contenders send: a length or chunks, no trailers of interest. Anything else is an
/// [IOException], so that a broken answer is counted as one. Not thread-safe.
final class ResponseReader {
    private static final int LINE_BYTES_MAX = 16_384;

    private enum Reading {
        STATUS,
        HEADERS,
        BODY,
        CHUNK_SIZE,
        CHUNK,
        CHUNK_END,
        TRAILERS
    }

    private final StringBuilder line = new StringBuilder(128);
    private Reading reading = Reading.STATUS;
    private int status;
    private boolean chunked;
    private long left = -1;

    /// Where the bytes of bodies go, without their framing.
    @FunctionalInterface
    interface Body {
        void take(byte next);
    }

    /// The status of the response last begun; 0 before the first.
    int status() {
        return status;
    }

    /// True between responses: a connection closed now has lost nothing.
    boolean idle() {
        return reading == Reading.STATUS && line.isEmpty();
    }

    /// Reads up to the end of one response. True when that end was reached (bytes after it stay in
    /// `in`), false when `in` is used up before.
    boolean read(ByteBuffer in, Body body) throws IOException {
        while (in.hasRemaining()) {
            byte next = in.get();
            switch (reading) {
                case BODY, CHUNK -> {
                    body.take(next);
                    left--;
                    if (left == 0) {
                        if (reading == Reading.BODY) {
                            return end();
                        }
                        reading = Reading.CHUNK_END;
                    }
                }
                case STATUS, HEADERS, CHUNK_SIZE, CHUNK_END, TRAILERS -> {
                    if (next != '\n') {
                        append(next);
                    } else if (lineEnded()) {
                        return end();
                    }
                }
            }
        }
        return false;
    }

    private void append(byte next) throws IOException {
        if (line.length() == LINE_BYTES_MAX) {
            throw new IOException("a line is longer than " + LINE_BYTES_MAX + " bytes");
        }
        if (next != '\r') {
            line.append((char) (next & 0xff));
        }
    }

    /// True when this line ended the response.
    private boolean lineEnded() throws IOException {
        String text = line.toString();
        line.setLength(0);
        switch (reading) {
            case STATUS -> {
                if (text.length() < 12 || !text.startsWith("HTTP/1.1 ")) {
                    throw new IOException("not a status line: " + text);
                }
                status = Integer.parseInt(text, 9, 12, 10);
                chunked = false;
                left = -1;
                reading = Reading.HEADERS;
            }
            case HEADERS -> {
                if (!text.isEmpty()) {
                    header(text);
                } else if (status < 200) {
                    reading = Reading.STATUS;
                } else if (chunked) {
                    reading = Reading.CHUNK_SIZE;
                } else if (left < 0) {
                    throw new IOException("neither content-length nor chunks in a " + status);
                } else if (left == 0) {
                    return true;
                } else {
                    reading = Reading.BODY;
                }
            }
            case CHUNK_SIZE -> {
                left = size(text);
                reading = left == 0 ? Reading.TRAILERS : Reading.CHUNK;
            }
            case CHUNK_END -> {
                if (!text.isEmpty()) {
                    throw new IOException("a chunk is longer than its size says");
                }
                reading = Reading.CHUNK_SIZE;
            }
            case TRAILERS -> {
                return text.isEmpty();
            }
            case BODY, CHUNK -> throw new IllegalStateException("a body has no lines");
        }
        return false;
    }

    private static long size(String text) throws IOException {
        int extension = text.indexOf(';');
        String digits = (extension < 0 ? text : text.substring(0, extension)).strip();
        try {
            return Long.parseUnsignedLong(digits, 16);
        } catch (NumberFormatException e) {
            throw new IOException("not a chunk size: " + text, e);
        }
    }

    private void header(String text) throws IOException {
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw new IOException("not a header: " + text);
        }
        String name = text.substring(0, colon);
        String value = text.substring(colon + 1).strip();
        if (name.equalsIgnoreCase("content-length")) {
            left = Long.parseLong(value);
        } else if (name.equalsIgnoreCase("transfer-encoding")) {
            chunked = value.equalsIgnoreCase("chunked");
        }
    }

    private boolean end() {
        reading = Reading.STATUS;
        return true;
    }
}
