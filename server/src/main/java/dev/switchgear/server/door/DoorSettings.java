package dev.switchgear.server.door;

import java.time.Duration;
import java.util.Optional;

/// Where the door stands and what it lets in.
///
/// @param host address to bind (default 127.0.0.1); an IPv6 one with or without brackets
/// @param port port to bind; 0 lets the system choose (default 8080)
/// @param tls certificate and key; without it HTTP/1.1 in clear text, with it HTTP/1.1 and HTTP/2
/// @param bodyMemory what the bodies of all requests under way may take together, in bytes; 1 MiB or
///     more (default 40 % of the heap)
public record DoorSettings(
        String host, int port, Limits limits, Optional<Tls> tls, long bodyMemory) {
    /// Which part of the heap bodies may take where nothing else is said.
    public static final double BODY_MEMORY = 0.4;

    /// How much one client may send, how slowly, and how many may come.
    ///
    /// @param headBytes request line and header fields together, at most; 256 or more (default 16 KiB)
    /// @param headLines header fields, at most (default 100)
    /// @param bodyBytes body, at most (default 50 MiB)
    /// @param headTime for a whole head, from its first byte; for the first one, from the connection
    ///     (default 10 s)
    /// @param bodyWindow in every such time that a body takes, it must bring what `bodyRate` says
    ///     (default 10 s)
    /// @param bodyRate bytes a second that a body must bring in every window; 0 for no matter how few
    ///     (default 1024)
    /// @param idle how long a connection may stand unused (default 5 min)
    /// @param stall how long a client may take nothing of what waits for it (default 30 s)
    /// @param connections open at once, at most (default 20,000)
    /// @param connectionsPerSource open at once from one address, at most; loopback is not counted,
    ///     because there a proxy may stand for many; 0 for no limit (default 100)
    public record Limits(
            int headBytes,
            int headLines,
            int bodyBytes,
            Duration headTime,
            Duration bodyWindow,
            int bodyRate,
            Duration idle,
            Duration stall,
            int connections,
            int connectionsPerSource) {
        public static final Limits DEFAULT =
                new Limits(
                        16 * 1024,
                        100,
                        50 * 1024 * 1024,
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(10),
                        1024,
                        Duration.ofMinutes(5),
                        Duration.ofSeconds(30),
                        20_000,
                        100);

        public Limits {
            within("head-bytes", headBytes, 256, 1024 * 1024);
            within("head-lines", headLines, 1, 10_000);
            within("body-bytes", bodyBytes, 0, 1024 * 1024 * 1024);
            within("body-rate", bodyRate, 0, Integer.MAX_VALUE);
            within("connections", connections, 1, 1_000_000);
            within("connections-per-source", connectionsPerSource, 0, 1_000_000);
            positive("head-time", headTime);
            positive("body-window", bodyWindow);
            positive("idle", idle);
            positive("stall", stall);
        }

        private static void within(String name, int value, int least, int most) {
            if (value < least || value > most) {
                throw new IllegalArgumentException(
                        "server."
                                + name
                                + ": "
                                + value
                                + " (expected: "
                                + least
                                + " to "
                                + most
                                + ")");
            }
        }

        private static void positive(String name, Duration value) {
            if (!value.isPositive()) {
                throw new IllegalArgumentException(
                        "server." + name + ": " + value + " (expected: more than 0)");
            }
        }
    }

    /// A server's own certificate, as PEM files.
    ///
    /// @param certificate path of the chain
    /// @param key path of the private key (PKCS 8)
    public record Tls(String certificate, String key) {}

    public static final DoorSettings DEFAULT =
            new DoorSettings("127.0.0.1", 8080, Limits.DEFAULT, Optional.empty());

    /// With the usual share of the heap for bodies.
    public DoorSettings(String host, int port, Limits limits, Optional<Tls> tls) {
        this(host, port, limits, tls, ofHeap(BODY_MEMORY));
    }

    /// Bytes that are so large a part of the heap; 1 MiB at least.
    public static long ofHeap(double share) {
        return Math.max(1024 * 1024, (long) (share * Runtime.getRuntime().maxMemory()));
    }

    public DoorSettings {
        host = withoutBrackets(host);
        Limits.within("port", port, 0, 65_535);
    }

    /// Host and port as a URL has them: an IPv6 address in brackets.
    public String place() {
        return place(host, port);
    }

    /// The same of any.
    public static String place(String host, int port) {
        String plain = withoutBrackets(host);
        return (plain.indexOf(':') < 0 ? plain : "[" + plain + "]") + ":" + port;
    }

    private static String withoutBrackets(String host) {
        return host.startsWith("[") && host.endsWith("]")
                ? host.substring(1, host.length() - 1)
                : host;
    }

    public DoorSettings at(String newHost, int newPort) {
        return new DoorSettings(newHost, newPort, limits, tls, bodyMemory);
    }
}
