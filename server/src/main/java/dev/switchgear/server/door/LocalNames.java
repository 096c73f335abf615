package dev.switchgear.server.door;

import java.util.Locale;

/// The names by which this machine calls itself. Pure.
public final class LocalNames {
    private LocalNames() {}

    /// @param host a host header: a name or address, with or without a port
    public static boolean contains(String host) {
        String name = host;
        int colon = host.lastIndexOf(':');
        if (colon > host.lastIndexOf(']')
                && host.substring(colon + 1).chars().allMatch(c -> c >= '0' && c <= '9')) {
            name = host.substring(0, colon);
        }
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "localhost", "127.0.0.1", "[::1]" -> true;
            default -> false;
        };
    }

    /// @param origin an origin header: scheme://host, with or without a port, or `null`
    public static boolean ofOrigin(String origin) {
        int from = origin.indexOf("://");
        return from > 0 && contains(origin.substring(from + 3));
    }
}
