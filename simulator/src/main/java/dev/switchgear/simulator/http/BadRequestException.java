package dev.switchgear.simulator.http;

import java.io.IOException;

/// The client's bytes are not a request we read; the connection ends after saying so.
public final class BadRequestException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int status;

    BadRequestException(int status, String message) {
        super(message);
        this.status = status;
    }

    /// The HTTP status that says it: 400, 413, 431 or 501.
    public int status() {
        return status;
    }
}
