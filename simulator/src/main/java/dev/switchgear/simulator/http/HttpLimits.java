package dev.switchgear.simulator.http;

import java.time.Duration;

/// What one client may cost us.
///
/// @param connections open at once; more are closed as soon as they are accepted (default 20,000)
/// @param headBytes request line and headers (default 64 KiB)
/// @param bodyBytes request body (default 64 MiB)
/// @param idle how long a connection may stay silent, between requests or inside one (default 75 s)
/// @param silence how long we leave a client without an answer when a fault says for ever
///     (default 15 min)
public record HttpLimits(
        int connections, int headBytes, int bodyBytes, Duration idle, Duration silence) {
    public static final HttpLimits DEFAULT =
            new HttpLimits(
                    20_000, 64 << 10, 64 << 20, Duration.ofSeconds(75), Duration.ofMinutes(15));
}
