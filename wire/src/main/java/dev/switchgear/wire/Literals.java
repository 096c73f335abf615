package dev.switchgear.wire;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;

/// Addresses written as text, read without asking any resolver. [Endpoint] has already pinned the
/// spelling.
final class Literals {
    private Literals() {}

    static boolean isIpv4(String text) {
        return reads(() -> Inet4Address.ofLiteral(text));
    }

    static boolean isIpv6(String text) {
        return reads(() -> Inet6Address.ofLiteral(text));
    }

    private interface Parse {
        InetAddress address();
    }

    private static boolean reads(Parse parse) {
        try {
            // An IPv4-mapped IPv6 literal comes back as an IPv4 address, and is checked as one.
            return parse.address().getAddress().length > 0;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }
}
