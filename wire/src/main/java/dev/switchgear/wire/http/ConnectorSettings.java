package dev.switchgear.wire.http;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// How the connector keeps connections and whom it trusts.
///
/// @param idlePerKey connections kept per endpoint and credential; 0 or more (default 256)
/// @param idleTotal connections kept altogether; 0 or more (default 2048)
/// @param idleFor how long a connection is kept unused; more than 0 (default 55 s, below the 60 s
///     at which common load balancers hang up)
/// @param ageMax how old a connection may get before it is replaced, and its address checked again;
///     more than 0 (default 5 min)
/// @param extraCertificates PEM files of authorities trusted beside the JDK's own (default none)
/// @param response what we accept from an upstream
public record ConnectorSettings(
        int idlePerKey,
        int idleTotal,
        Duration idleFor,
        Duration ageMax,
        List<Path> extraCertificates,
        ResponseLimits response) {
    public static final ConnectorSettings DEFAULT =
            new ConnectorSettings(
                    256,
                    2048,
                    Duration.ofSeconds(55),
                    Duration.ofMinutes(5),
                    List.of(),
                    ResponseLimits.DEFAULT);

    public ConnectorSettings {
        if (idlePerKey < 0 || idleTotal < 0) {
            throw new IllegalArgumentException(
                    "connector.idle: " + idlePerKey + ", " + idleTotal + " (expected: 0 or more)");
        }
        if (!idleFor.isPositive() || !ageMax.isPositive()) {
            throw new IllegalArgumentException(
                    "connector.idle-for, age-max: "
                            + idleFor
                            + ", "
                            + ageMax
                            + " (expected: more than 0)");
        }
        extraCertificates = List.copyOf(extraCertificates);
    }

    /// These settings, trusting the authorities in `files` too.
    public ConnectorSettings trusting(List<Path> files) {
        return new ConnectorSettings(idlePerKey, idleTotal, idleFor, ageMax, files, response);
    }

    /// These settings for bodies of up to so many bytes, decompressed.
    public ConnectorSettings reading(long bytes) {
        return new ConnectorSettings(
                idlePerKey,
                idleTotal,
                idleFor,
                ageMax,
                extraCertificates,
                response.gunzippedUpTo(bytes));
    }

    /// These settings with other bounds on idle connections.
    public ConnectorSettings keeping(int perKey, int total, Duration unusedFor, Duration oldest) {
        return new ConnectorSettings(perKey, total, unusedFor, oldest, extraCertificates, response);
    }
}
