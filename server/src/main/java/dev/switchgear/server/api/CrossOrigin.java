package dev.switchgear.server.api;

import dev.switchgear.server.door.HttpExchange;
import dev.switchgear.server.door.LocalNames;
import dev.switchgear.server.door.ResponseHead;
import dev.switchgear.server.names.Lower;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Which pages of the web may read what is answered here (CORS, as the Fetch standard has it).
/// Immutable.
///
/// Credentials that a browser would add by itself are never allowed: a page shows a key of its own, or
/// none. So every header that a page asks for may be allowed.
///
/// @param origins as browsers write them: scheme://host, with a port that is not the scheme's own; `*`
///     stands for every page
public record CrossOrigin(Set<String> origins) {
    /// No page of another origin reads anything, and no header tells of that.
    public static final CrossOrigin NONE = new CrossOrigin(Set.of());

    private static final String ANY = "*";

    /// How long a browser may remember what it was allowed.
    private static final String SECONDS = "600";

    /// What clients of the protocols here send; where a browser asks for others, those too.
    private static final String USUAL =
            "authorization, content-type, x-api-key, api-key, anthropic-version, anthropic-beta,"
                    + " anthropic-dangerous-direct-browser-access, x-goog-api-key,"
                    + " x-goog-api-client, openai-organization, openai-project, x-request-id,"
                    + " x-session-id, traceparent, tracestate";

    private static final Pattern NAMES = Pattern.compile("[A-Za-z0-9_!#$%&'*+.^`|~, \\t-]{1,4000}");

    /// What a page may read of any answer without being allowed to.
    private static final Set<String> READABLE =
            Set.of("cache-control", "content-type", "content-length");

    public CrossOrigin {
        origins = Set.copyOf(origins);
    }

    public static CrossOrigin of(List<String> origins) {
        return new CrossOrigin(Set.copyOf(origins.stream().map(Lower::of).toList()));
    }

    /// Whether the operator named that very origin.
    public boolean names(String origin) {
        return !origin.equals(ANY) && origins.contains(origin);
    }

    /// Adds what lets the page that asks read this answer, where it may.
    void allow(Optional<String> origin, ResponseHead head) {
        if (origins.isEmpty()) {
            return;
        }
        Optional<String> allowed = allowed(origin);
        if (allowed.isPresent()) {
            var exposed = new StringBuilder();
            head.forEach((name, _) -> {
                if (!READABLE.contains(name)) {
                    exposed.append(exposed.isEmpty() ? "" : ", ").append(name);
                }
            });
            head.with("access-control-allow-origin", allowed.get());
            if (!exposed.isEmpty()) {
                head.with("access-control-expose-headers", exposed.toString());
            }
        }
        if (!origins.contains(ANY)) {
            // A cache must not show one page what another was answered.
            head.with("vary", "origin");
        }
    }

    /// Whether a page may open a WebSocket: a browser asks nobody beforehand, and lets every page read
    /// what comes. Pages of this very host may, those that were named, and those of this machine on this
    /// machine; who is no page says no origin.
    boolean mayOpen(HttpExchange exchange) {
        Optional<String> origin = exchange.header("origin").map(Lower::of);
        if (origin.isEmpty() || allowed(origin).isPresent()) {
            return true;
        }
        int host = origin.get().indexOf("://") + 3;
        String asked = exchange.header("host").map(Lower::of).orElse("");
        return (host > 2 && origin.get().substring(host).equals(asked))
                || (exchange.remote().isLoopbackAddress()
                        && LocalNames.contains(asked)
                        && LocalNames.ofOrigin(origin.get()));
    }

    /// The answer to a browser that asks beforehand whether a page may ask; empty where nobody asks
    /// that, or the page may not.
    ///
    /// @param methods all that are served anywhere: whether one is served at this path, the request
    ///     itself will tell, in words that the page can read
    Optional<ResponseHead> preflight(HttpExchange exchange, String methods) {
        if (!exchange.method().equals("OPTIONS")
                || exchange.header("access-control-request-method").isEmpty()
                || allowed(exchange.header("origin")).isEmpty()) {
            return Optional.empty();
        }
        String headers =
                exchange.header("access-control-request-headers")
                        .filter(asked -> NAMES.matcher(asked).matches())
                        .orElse(USUAL);
        return Optional.of(
                ResponseHead.of(204)
                        .with("access-control-allow-methods", methods)
                        .with("access-control-allow-headers", headers)
                        .with("access-control-max-age", SECONDS));
    }

    private Optional<String> allowed(Optional<String> origin) {
        if (origins.isEmpty()) {
            return Optional.empty();
        }
        return origins.contains(ANY) ? origin.map(_ -> ANY) : origin.filter(this::names);
    }
}
