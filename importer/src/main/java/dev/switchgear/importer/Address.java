package dev.switchgear.importer;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;

/// Where an API begins. It may begin with `${NAME}`, which stands for an address.
///
/// @param text without a slash at its end
record Address(String text) {
    private static final int HTTPS = 443;
    private static final int HTTP = 80;

    /// Empty where our file cannot hold it: not http, with a query, a fragment or a user's name.
    static Optional<Address> of(String text) {
        String plain = text.strip().replaceAll("/+$", "");
        if (plain.contains("${")) {
            boolean whole = plain.matches("[$][{][A-Za-z_][A-Za-z0-9_]*[}]");
            return whole ? Optional.of(new Address(plain)) : Optional.empty();
        }
        try {
            var uri = new URI(plain);
            boolean usable =
                    uri.getHost() != null
                            && ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))
                            && uri.getRawUserInfo() == null
                            && uri.getRawQuery() == null
                            && uri.getRawFragment() == null
                            && plain.matches("[!-~]+");
            return usable ? Optional.of(new Address(plain)) : Optional.empty();
        } catch (URISyntaxException notAnAddress) {
            return Optional.empty();
        }
    }

    boolean known() {
        return !text.contains("${");
    }

    /// With `path` behind it, unless it ends so already.
    Address under(String path) {
        return text.endsWith(path) ? this : new Address(text + path);
    }

    String host() {
        return known() ? String.valueOf(URI.create(text).getHost()) : "";
    }

    /// Its `host:port`, where our way out must be told about it: it is private, plain http, or not on
    /// the usual port. Empty for a public one, and for one that only the environment knows.
    Optional<String> guarded() {
        if (!known()) {
            return Optional.empty();
        }
        var uri = URI.create(text);
        boolean https = "https".equals(uri.getScheme());
        int port = uri.getPort() > 0 ? uri.getPort() : https ? HTTPS : HTTP;
        boolean plain = https && port == HTTPS && !looksPrivate(uri.getHost());
        return plain ? Optional.empty() : Optional.of(uri.getHost() + ":" + port);
    }

    private static boolean looksPrivate(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return !name.contains(".")
                || name.matches(".*[.](local|localhost|lan|internal|intranet|home|corp|svc)")
                || name.matches("(127|10)[.].*|192[.]168[.].*|169[.]254[.].*")
                || name.matches("172[.](1[6-9]|2[0-9]|3[01])[.].*|100[.](6[4-9]|[7-9][0-9])[.].*");
    }
}
