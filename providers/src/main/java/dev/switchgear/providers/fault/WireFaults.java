package dev.switchgear.providers.fault;

import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Fault;
import dev.switchgear.core.call.Recovery;
import dev.switchgear.core.call.Scope;
import dev.switchgear.wire.WireException;

/// What a broken wire means for the attempt.
public final class WireFaults {
    private WireFaults() {}

    /// @param readTimeout what it is called when no byte came in time: for a stream that depends on
    ///     whether its first token had come
    public static Fault of(WireException broken, Cause readTimeout) {
        return switch (broken.kind()) {
            case EGRESS_DENIED -> fault(broken, Cause.EGRESS_DENIED, Recovery.FAIL_OVER);
            case NAME_UNKNOWN, CONNECT_FAILED ->
                    fault(broken, Cause.CONNECT_FAILED, Recovery.RETRY);
            case CONNECT_TIMEOUT -> fault(broken, Cause.CONNECT_TIMEOUT, Recovery.RETRY);
            case TLS_WRONG_NAME, TLS_EXPIRED, TLS_UNTRUSTED, TLS_FAILED ->
                    fault(broken, Cause.TLS_FAILED, Recovery.FAIL_OVER);
            // Who was silent for so long would most likely cost the same wait again.
            case HEAD_TIMEOUT -> fault(broken, Cause.HEAD_TIMEOUT, Recovery.FAIL_OVER);
            case READ_TIMEOUT -> fault(broken, readTimeout, Recovery.FAIL_OVER);
            case DEADLINE -> fault(broken, Cause.DEADLINE, Recovery.RETURN);
            case CONNECTION_LOST -> fault(broken, Cause.CONNECTION_LOST, Recovery.RETRY);
            case MALFORMED, TOO_LARGE -> fault(broken, Cause.MALFORMED, Recovery.FAIL_OVER);
            case CANCELLED -> Fault.cancelled(broken.mayHaveActed());
        };
    }

    private static Fault fault(WireException broken, Cause cause, Recovery recovery) {
        return Fault.of(
                cause,
                Scope.PROVIDER,
                recovery,
                broken.mayHaveActed(),
                String.valueOf(broken.getMessage()));
    }
}
