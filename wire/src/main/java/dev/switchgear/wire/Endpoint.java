package dev.switchgear.wire;

import java.util.Locale;
import java.util.regex.Pattern;

/// Where a provider is, parsed once. The egress guard decides whether we may connect there.
///
/// Only one spelling of an address is accepted: a validator and a resolver that read `0177.0.0.1`
/// or `api.openai.com@127.0.0.1` differently are how private networks get reached.
///
/// @param host a name, or a literal IPv4 or IPv6 address without brackets; lower case
/// @param port 1 to 65535
/// @param basePath begins with `/` and does not end with one; empty for the root
public record Endpoint(Scheme scheme, String host, int port, String basePath) {
    /// How the connection is made.
    public enum Scheme {
        HTTP(80),
        HTTPS(443);

        private final int defaultPort;

        Scheme(int defaultPort) {
            this.defaultPort = defaultPort;
        }

        public int defaultPort() {
            return defaultPort;
        }

        String prefix() {
            return name().toLowerCase(Locale.ROOT) + "://";
        }
    }

    private static final int LENGTH_MAX = 2048;
    private static final int HOST_LENGTH_MAX = 253;
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern NUMBER = Pattern.compile("[0-9]+|0x[0-9a-f]*");
    private static final Pattern IPV4 =
            Pattern.compile("((0|[1-9][0-9]{0,2})\\.){3}(0|[1-9][0-9]{0,2})");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-f:]*:[0-9a-f:]*(:[0-9.]+)?");
    private static final Pattern PORT = Pattern.compile("[1-9][0-9]{0,4}");
    private static final Pattern PATH =
            Pattern.compile("(/([A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})+)*");
    private static final Pattern DOTS = Pattern.compile("(\\.|%2e){1,2}");
    private static final Pattern HIDDEN_SEPARATOR = Pattern.compile("%(2f|5c|00)");

    /// @throws IllegalArgumentException when a part is not as described
    public Endpoint {
        checkHost(host);
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("url: port " + port + " (expected: 1 to 65535)");
        }
        checkPath(basePath);
    }

    /// Reads `https://host[:port][/path]`.
    ///
    /// @throws IllegalArgumentException for anything else, saying which part is at fault. A URL may
    ///     hold a credential, so the message never quotes what precedes the host or follows the path
    public static Endpoint parse(String url) {
        if (url.length() > LENGTH_MAX) {
            throw refused("longer than " + LENGTH_MAX + " characters");
        }
        checkCharacters(url);
        Scheme scheme = scheme(url);
        String rest = url.substring(scheme.prefix().length());
        if (rest.indexOf('#') >= 0) {
            throw refused("has a fragment (expected: no #)");
        }
        if (rest.indexOf('?') >= 0) {
            throw refused("has a query (expected: no ?)");
        }
        int slash = rest.indexOf('/');
        String authority = slash < 0 ? rest : rest.substring(0, slash);
        String path = slash < 0 ? "" : rest.substring(slash);
        if (authority.indexOf('@') >= 0) {
            throw refused("has user information before the host (expected: no @)");
        }
        if (path.endsWith("/")) {
            path = path.substring(0, path.length() - 1);
        }
        return authority(scheme, authority.toLowerCase(Locale.ROOT), path);
    }

    private static Scheme scheme(String url) {
        for (Scheme scheme : Scheme.values()) {
            if (url.regionMatches(true, 0, scheme.prefix(), 0, scheme.prefix().length())) {
                return scheme;
            }
        }
        throw refused("unknown scheme (expected: https:// or http://)");
    }

    private static void checkCharacters(String url) {
        for (int i = 0; i < url.length(); i++) {
            char c = url.charAt(i);
            if (c > 0x7e) {
                throw refused(
                        "has a character outside ASCII (expected: punycode, xn--, for such hosts)");
            }
            if (c <= ' ') {
                throw refused("has a space or control character");
            }
            if (c == '\\') {
                throw refused("has a backslash");
            }
        }
    }

    private static Endpoint authority(Scheme scheme, String authority, String path) {
        String host;
        String afterHost;
        if (authority.startsWith("[")) {
            int close = authority.indexOf(']');
            if (close < 0) {
                throw refused("has [ without ]");
            }
            host = authority.substring(1, close);
            if (host.indexOf(':') < 0) {
                throw refused("has brackets around something that is no IPv6 address");
            }
            afterHost = authority.substring(close + 1);
        } else {
            int colon = authority.indexOf(':');
            host = colon < 0 ? authority : authority.substring(0, colon);
            afterHost = colon < 0 ? "" : authority.substring(colon);
        }
        if (afterHost.isEmpty()) {
            return new Endpoint(scheme, host, scheme.defaultPort(), path);
        }
        if (!afterHost.startsWith(":") || !PORT.matcher(afterHost.substring(1)).matches()) {
            throw refused("port is not a number from 1 to 65535");
        }
        return new Endpoint(scheme, host, Integer.parseInt(afterHost.substring(1)), path);
    }

    private static void checkHost(String host) {
        if (host.isEmpty() || host.length() > HOST_LENGTH_MAX) {
            throw refused("host is empty or longer than " + HOST_LENGTH_MAX + " characters");
        }
        if (host.indexOf(':') >= 0) {
            if (!Literals.isIpv6(host) || !IPV6.matcher(host).matches()) {
                throw refused("host is no IPv6 address (expected: like [2001:db8::1], no zone)");
            }
            return;
        }
        String[] labels = host.split("\\.", -1);
        for (String label : labels) {
            if (!LABEL.matcher(label).matches()) {
                throw refused(
                        "host has a part that is not 1 to 63 of a-z, 0-9 and inner - (no final"
                                + " dot)");
            }
        }
        // Only a proper dotted quad may end in a number: resolvers disagree about all other forms.
        if (NUMBER.matcher(labels[labels.length - 1]).matches()
                && !(IPV4.matcher(host).matches() && Literals.isIpv4(host))) {
            throw refused(
                    "host looks like a number (expected: a name, or four decimal numbers from 0 to"
                            + " 255 without leading zeros)");
        }
    }

    private static void checkPath(String path) {
        if (!PATH.matcher(path).matches()) {
            throw refused("path has an empty part or a character that must be percent-encoded");
        }
        if (HIDDEN_SEPARATOR.matcher(path.toLowerCase(Locale.ROOT)).find()) {
            throw refused("path hides a separator (%2f, %5c, %00)");
        }
        for (String part : path.toLowerCase(Locale.ROOT).split("/", -1)) {
            if (DOTS.matcher(part).matches()) {
                throw refused("path has a . or .. part");
            }
        }
    }

    private static IllegalArgumentException refused(String why) {
        return new IllegalArgumentException("url: " + why);
    }

    /// Whether the host is an address rather than a name.
    public boolean literal() {
        return host.indexOf(':') >= 0 || IPV4.matcher(host).matches();
    }

    /// `host:port` as people and configuration write it; an IPv6 address in brackets.
    public String authority() {
        return bracketed() + ":" + port;
    }

    /// What goes into the `Host` field: the port only where it is not the scheme's own.
    public String hostField() {
        return port == scheme.defaultPort() ? bracketed() : authority();
    }

    private String bracketed() {
        return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    }

    @Override
    public String toString() {
        return scheme.prefix() + hostField() + basePath;
    }
}
