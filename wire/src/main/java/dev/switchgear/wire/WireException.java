package dev.switchgear.wire;

/// What the network or the upstream's HTTP did wrong. The message is one line for people, free of
/// secrets.
public final class WireException extends Exception {
    private static final long serialVersionUID = 1L;

    /// What went wrong.
    public enum Kind {
        /// The egress guard refused the address.
        EGRESS_DENIED,
        NAME_UNKNOWN,
        CONNECT_FAILED,
        CONNECT_TIMEOUT,
        TLS_WRONG_NAME,
        TLS_EXPIRED,
        TLS_UNTRUSTED,
        TLS_FAILED,
        HEAD_TIMEOUT,
        /// No byte came within [Exchange#waitAtMost].
        READ_TIMEOUT,
        /// The call's deadline passed.
        DEADLINE,
        CONNECTION_LOST,
        /// The response breaks HTTP or the event-stream format.
        MALFORMED,
        /// A bound on line, event, head or body was exceeded.
        TOO_LARGE,
        /// The thread was interrupted or the exchange closed by another thread.
        CANCELLED
    }

    private final Kind kind;
    private final boolean mayHaveActed;

    public WireException(Kind kind, boolean mayHaveActed, String message) {
        super(message);
        this.kind = kind;
        this.mayHaveActed = mayHaveActed;
    }

    public WireException(Kind kind, boolean mayHaveActed, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.mayHaveActed = mayHaveActed;
    }

    public Kind kind() {
        return kind;
    }

    /// False only when not one byte of the request has left this machine.
    public boolean mayHaveActed() {
        return mayHaveActed;
    }
}
