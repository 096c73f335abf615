package dev.switchgear.server;

import dev.switchgear.server.names.SgCode;
import java.net.BindException;

/// The port that the door should open is in use. The message says by whom, where that can be known.
final class PortTaken extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// Whether that is why a port did not open.
    static boolean is(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException && !notOurs(cause)) {
                return true;
            }
        }
        return false;
    }

    /// Linux and BSD say of an address that this machine does not have that it cannot be assigned.
    private static boolean notOurs(Throwable cause) {
        return String.valueOf(cause.getMessage()).contains("assign");
    }

    PortTaken(int port, Throwable cause) {
        this("", port, cause);
    }

    /// @param place where it would have been opened, as a URL has it; empty where that is clear
    PortTaken(String place, int port, Throwable cause) {
        super(
                "Port "
                        + port
                        + " is taken"
                        + (place.isEmpty() ? "" : " (" + place + ")")
                        + PortHolder.of(port).map(holder -> " by " + holder).orElse("")
                        + ". Use `--port "
                        + (port == 65_535 ? port - 1 : port + 1)
                        + "`, or stop that program. ("
                        + SgCode.PORT_TAKEN
                        + ")",
                cause);
    }
}
