package dev.switchgear.wire.http;

import dev.switchgear.wire.WireException;
import dev.switchgear.wire.WireException.Kind;
import java.io.IOException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Optional;
import javax.net.ssl.SSLException;

/// Names what is wrong with a handshake. Pure.
final class TlsTrouble {
    private static final int CAUSES_MAX = 16;

    /// A certificate that was refused, and why. JSSE tells a wrong name from an unknown authority
    /// only in its message; [Tls] asks it twice instead.
    static final class RefusedCertificate extends CertificateException {
        private static final long serialVersionUID = 1L;
        private final Kind kind;

        RefusedCertificate(Kind kind, CertificateException cause) {
            super(cause.getMessage(), cause);
            this.kind = kind;
        }
    }

    private TlsTrouble() {}

    /// Why a trust decision made without looking at the name went wrong.
    static Kind withoutName(CertificateException refused) {
        Throwable cause = refused;
        for (int i = 0; i < CAUSES_MAX && cause != null; i++) {
            if (cause instanceof CertificateExpiredException
                    || cause instanceof CertificateNotYetValidException) {
                return Kind.TLS_EXPIRED;
            }
            if (cause instanceof CertPathValidatorException path
                    && (path.getReason() == BasicReason.EXPIRED
                            || path.getReason() == BasicReason.NOT_YET_VALID)) {
                return Kind.TLS_EXPIRED;
            }
            cause = cause.getCause();
        }
        return Kind.TLS_UNTRUSTED;
    }

    /// Empty if `trouble` has nothing to do with TLS.
    static Optional<WireException> of(IOException trouble, String authority) {
        Throwable cause = trouble;
        for (int i = 0; i < CAUSES_MAX && cause != null; i++) {
            if (cause instanceof RefusedCertificate refused) {
                String message = authority + ": certificate refused: " + refused.getMessage();
                return Optional.of(new WireException(refused.kind, false, message, trouble));
            }
            cause = cause.getCause();
        }
        if (trouble instanceof SSLException) {
            String message = authority + ": TLS handshake failed: " + trouble.getMessage();
            return Optional.of(new WireException(Kind.TLS_FAILED, false, message, trouble));
        }
        return Optional.empty();
    }
}
