package dev.switchgear.providers;

import dev.switchgear.families.llm.Downstream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// A client that keeps what it gets, and goes away after a number of writes.
public final class Client implements Downstream {
    private final int patience;
    private final ByteArrayOutputStream got = new ByteArrayOutputStream();
    private int writes;
    private int status = -1;
    private String contentType = "";

    private Client(int patience) {
        this.patience = patience;
    }

    public static Client patient() {
        return new Client(Integer.MAX_VALUE);
    }

    public static Client leavingAfter(int writes) {
        return new Client(writes);
    }

    @Override
    public boolean begin(int answered, String type) {
        if (status >= 0) {
            throw new IllegalStateException("the head went out twice");
        }
        status = answered;
        contentType = type;
        return patience >= 0;
    }

    @Override
    public boolean write(byte[] bytes, int offset, int length) {
        if (status < 0) {
            throw new IllegalStateException("a body without a head");
        }
        if (writes >= patience) {
            return false;
        }
        writes++;
        got.write(bytes, offset, length);
        return true;
    }

    /// Whether anything, be it the head alone, has reached the client.
    public boolean reached() {
        return status >= 0;
    }

    public int status() {
        return status;
    }

    public String contentType() {
        return contentType;
    }

    public int writes() {
        return writes;
    }

    public byte[] bytes() {
        return got.toByteArray();
    }

    public String text() {
        return got.toString(StandardCharsets.UTF_8);
    }
}
