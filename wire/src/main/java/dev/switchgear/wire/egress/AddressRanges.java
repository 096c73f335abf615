package dev.switchgear.wire.egress;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.Optional;

/// Which addresses are not the public internet. Pure.
///
/// IPv6 has many ways to carry an IPv4 address (mapped, NAT64, 6to4, Teredo, ISATAP); each is
/// unwrapped and the IPv4 address inside judged, since the far side of the tunnel will.
final class AddressRanges {
    private record Range(byte[] prefix, int bits, String name) {
        boolean holds(byte[] address) {
            int whole = bits / 8;
            int rest = bits % 8;
            if (!Arrays.equals(address, 0, whole, prefix, 0, whole)) {
                return false;
            }
            int mask = 0xff << (8 - rest) & 0xff;
            return rest == 0 || (address[whole] & mask) == (prefix[whole] & mask);
        }
    }

    private static final Range[] DENIED_4 = {
        range("0.0.0.0", 8, "this network"),
        range("10.0.0.0", 8, "private"),
        range("100.64.0.0", 10, "carrier-grade NAT"),
        range("127.0.0.0", 8, "loopback"),
        range("169.254.0.0", 16, "link-local"),
        range("172.16.0.0", 12, "private"),
        range("192.0.0.0", 24, "protocol assignments"),
        range("192.0.2.0", 24, "documentation"),
        range("192.88.99.0", 24, "6to4 relay"),
        range("192.168.0.0", 16, "private"),
        range("198.18.0.0", 15, "benchmarking"),
        range("198.51.100.0", 24, "documentation"),
        range("203.0.113.0", 24, "documentation"),
        range("224.0.0.0", 4, "multicast"),
        range("240.0.0.0", 4, "reserved"),
        range("168.63.129.16", 32, "cloud platform"),
    };
    private static final Range[] DENIED_6 = {
        range("::", 96, "loopback or IPv4-compatible"),
        range("100::", 64, "discard"),
        range("2001:db8::", 32, "documentation"),
        range("3fff::", 20, "documentation"),
        range("5f00::", 16, "segment routing"),
        range("fc00::", 7, "unique local"),
        range("fe80::", 10, "link-local"),
        range("fec0::", 10, "site-local"),
        range("ff00::", 8, "multicast"),
    };

    /// Denied even where the configuration names the endpoint: no provider lives here, and the
    /// cloud's credentials do.
    private static final Range[] NEVER = {
        range("0.0.0.0", 8, "this network"),
        range("169.254.0.0", 16, "link-local or cloud metadata"),
        range("168.63.129.16", 32, "cloud platform"),
        range("100.100.100.200", 32, "cloud metadata"),
        range("192.0.0.192", 32, "cloud metadata"),
        range("224.0.0.0", 4, "multicast"),
        range("240.0.0.0", 4, "reserved"),
        range("::", 128, "unspecified"),
        range("fd00:ec2::254", 128, "cloud metadata"),
        range("fd20:ce::254", 128, "cloud metadata"),
        range("fe80::", 10, "link-local"),
        range("ff00::", 8, "multicast"),
    };

    private static final Range MAPPED = mapped();
    private static final Range NAT64 = range("64:ff9b::", 96, "NAT64");
    private static final Range NAT64_LOCAL = range("64:ff9b:1::", 48, "local NAT64");
    private static final Range SIX_TO_FOUR = range("2002::", 16, "6to4");
    private static final Range TEREDO = range("2001::", 32, "Teredo");

    private AddressRanges() {}

    /// Why a public provider cannot be at `address`; empty if it can.
    static Optional<String> denied(InetAddress address) {
        return denied(address.getAddress());
    }

    /// Why not even a private endpoint named by the configuration can be at `address`.
    static Optional<String> never(InetAddress address) {
        byte[] bytes = address.getAddress();
        Optional<String> found = find(NEVER, bytes);
        if (found.isPresent() || bytes.length == 4) {
            return found;
        }
        for (byte[] inside : embedded(bytes)) {
            Optional<String> reason = find(NEVER, inside);
            if (reason.isPresent()) {
                return reason.map(name -> name + " inside IPv6");
            }
        }
        return Optional.empty();
    }

    private static Optional<String> denied(byte[] address) {
        if (address.length == 4) {
            return find(DENIED_4, address);
        }
        Optional<String> found = find(DENIED_6, address);
        if (found.isPresent()) {
            return found;
        }
        // With its own prefix a network may put the IPv4 address elsewhere; only the form whose
        // middle is empty can be read with certainty.
        if (NAT64_LOCAL.holds(address) && !zero(address, 6, 12)) {
            return Optional.of(NAT64_LOCAL.name());
        }
        for (byte[] inside : embedded(address)) {
            Optional<String> reason = find(DENIED_4, inside);
            if (reason.isPresent()) {
                return reason.map(name -> name + " inside IPv6");
            }
        }
        return Optional.empty();
    }

    /// The IPv4 addresses that an IPv6 address carries.
    private static byte[][] embedded(byte[] address) {
        byte[] last = Arrays.copyOfRange(address, 12, 16);
        if (MAPPED.holds(address) || NAT64.holds(address) || NAT64_LOCAL.holds(address)) {
            return new byte[][] {last};
        }
        if (SIX_TO_FOUR.holds(address)) {
            return new byte[][] {Arrays.copyOfRange(address, 2, 6)};
        }
        if (TEREDO.holds(address)) {
            byte[] client = last.clone();
            for (int i = 0; i < client.length; i++) {
                client[i] ^= (byte) 0xff;
            }
            return new byte[][] {Arrays.copyOfRange(address, 4, 8), client};
        }
        boolean isatap =
                (address[8] & ~0x03) == 0
                        && address[9] == 0
                        && address[10] == 0x5e
                        && address[11] == (byte) 0xfe;
        return isatap ? new byte[][] {last} : new byte[0][];
    }

    private static boolean zero(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private static Optional<String> find(Range[] ranges, byte[] address) {
        for (Range range : ranges) {
            if (range.prefix().length == address.length && range.holds(address)) {
                return Optional.of(range.name());
            }
        }
        return Optional.empty();
    }

    private static Range range(String prefix, int bits, String name) {
        return new Range(InetAddress.ofLiteral(prefix).getAddress(), bits, name);
    }

    private static Range mapped() {
        byte[] prefix = new byte[16];
        prefix[10] = (byte) 0xff;
        prefix[11] = (byte) 0xff;
        return new Range(prefix, 96, "IPv4-mapped");
    }
}
