package dev.switchgear.simulator.http;

import java.io.IOException;

/// The client closed or reset the connection before its answer was complete.
public final class ClientGoneException extends IOException {
    private static final long serialVersionUID = 1L;

    ClientGoneException(String message) {
        super(message);
    }
}
