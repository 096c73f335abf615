package dev.switchgear.server.api;

import dev.switchgear.identity.Client;
import dev.switchgear.server.api.Problem.Kind;
import dev.switchgear.server.door.HttpExchange;
import dev.switchgear.server.door.HttpHandler;
import dev.switchgear.server.door.ResponseHead;
import dev.switchgear.server.names.Nearest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Everything that can be asked of the gateway, in one list: it drives dispatch, and whoever must
/// know the whole surface (documentation, authorisation tests) reads it too. Thread-safe.
///
/// Paths are compared as they come: nothing is decoded, cleaned or made equal before the comparison,
/// so `..%2f` and `;x=1` lead nowhere.
public final class HttpRoutes implements HttpHandler {
    /// Who asks on routes that are open to all.
    public static final Client NOBODY = new Client("nobody", dev.switchgear.core.call.Rank.NORMAL);

    private final List<HttpRoute> routes;
    private final Map<String, List<HttpRoute>> exact = new HashMap<>();
    private final List<HttpRoute> open = new ArrayList<>();
    private final Clients clients;
    private final Protocol fallback;
    private final Trace trace;
    private final Tally tally;

    /// @param fallback words the errors of paths that no route knows
    /// @param random names requests and spans; any generator, it need not be thread-safe
    public HttpRoutes(
            List<HttpRoute> routes, Clients clients, Protocol fallback, RandomGenerator random) {
        this(routes, clients, fallback, random, Tally.NONE);
    }

    /// @param tally hears how each request ended
    public HttpRoutes(
            List<HttpRoute> routes,
            Clients clients,
            Protocol fallback,
            RandomGenerator random,
            Tally tally) {
        this.routes = List.copyOf(routes);
        this.clients = clients;
        this.fallback = fallback;
        this.trace = new Trace(random);
        this.tally = tally;
        for (HttpRoute route : this.routes) {
            if (route.open()) {
                open.add(route);
            } else {
                exact.computeIfAbsent(route.path(), _ -> new ArrayList<>(1)).add(route);
            }
        }
    }

    public List<HttpRoute> routes() {
        return routes;
    }

    @Override
    public void handle(HttpExchange exchange) {
        var counted = new CountedExchange(exchange);
        List<HttpRoute> there = at(exchange.path());
        try {
            handle(counted, there);
        } finally {
            tally.ended(there.isEmpty() ? "unknown" : there.getFirst().path(), counted.status());
        }
    }

    private void handle(HttpExchange exchange, List<HttpRoute> there) {
        String path = exchange.path();
        String requestId = trace.requestId(exchange.header("x-request-id"));
        if (there.isEmpty()) {
            reject(exchange, fallback, requestId, unknown(path));
            return;
        }
        HttpRoute route = choose(there, exchange);
        if (route == null) {
            otherMethod(exchange, there, requestId);
            return;
        }
        Optional<Client> client =
                switch (route.access()) {
                    case ANYONE -> Optional.of(NOBODY);
                    case CLIENT -> clients.authenticate(route.protocol().key(exchange), exchange);
                };
        if (client.isEmpty()) {
            reject(exchange, route.protocol(), requestId, unauthenticated());
            return;
        }
        String traceparent = trace.continued(exchange.header("traceparent"));
        String rest = route.open() ? decoded(path.substring(route.stem().length())) : "";
        route.handler().accept(new Visit(exchange, client.get(), rest, requestId, traceparent));
    }

    private List<HttpRoute> at(String path) {
        List<HttpRoute> there = exact.get(path);
        if (there != null) {
            return there;
        }
        return open.stream()
                .filter(route ->
                        path.startsWith(route.stem()) && path.length() > route.stem().length())
                .toList();
    }

    private static @Nullable HttpRoute choose(List<HttpRoute> there, HttpExchange exchange) {
        String method = exchange.method();
        String wanted = method.equals("HEAD") ? "GET" : method;
        for (HttpRoute route : there) {
            if (route.method().equals(wanted) && route.asked().test(exchange)) {
                return route;
            }
        }
        return null;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            // Not percent-encoding after all: then it names nothing we know, and is shown as it
            // came.
            return text;
        }
    }

    private void otherMethod(HttpExchange exchange, List<HttpRoute> there, String requestId) {
        var methods = new TreeSet<String>(List.of("OPTIONS"));
        for (HttpRoute route : there) {
            methods.add(route.method());
            if (route.method().equals("GET")) {
                methods.add("HEAD");
            }
        }
        String allow = String.join(", ", methods);
        if (exchange.method().equals("OPTIONS")) {
            exchange.respond(
                    ResponseHead.of(204).with("x-request-id", requestId).with("allow", allow),
                    new byte[0]);
            return;
        }
        reject(
                exchange,
                there.getFirst().protocol(),
                requestId,
                new Problem(
                        405,
                        Kind.INVALID_REQUEST,
                        "method_not_allowed",
                        "",
                        exchange.method() + " is not possible here. Use " + allow + ". (SG-1404)",
                        List.of("allow", allow)));
    }

    private Problem unknown(String path) {
        String shown = path.length() > 200 ? path.substring(0, 200) + "…" : path;
        String closest =
                Nearest.to(shown, routes.stream().map(HttpRoute::path).distinct().toList(), 1)
                        .stream()
                        .findFirst()
                        .map(near -> " Closest: `" + near + "`.")
                        .orElse("");
        return Problem.invalid(
                404,
                "unknown_url",
                "",
                "Nothing is served at `" + shown + "`." + closest + " (SG-1404)");
    }

    private static Problem unauthenticated() {
        return new Problem(
                401,
                Kind.AUTHENTICATION,
                "invalid_api_key",
                "",
                "This gateway does not accept the key that came with the request, or none came. Send"
                        + " `Authorization: Bearer <key>` with a key from `clients:` in the"
                        + " configuration. (SG-1401)",
                List.of("www-authenticate", "Bearer realm=\"switchgear\""));
    }

    private static void reject(
            HttpExchange exchange, Protocol protocol, String requestId, Problem problem) {
        ResponseHead head =
                ResponseHead.of(protocol.status(problem), "application/json")
                        .with("x-request-id", requestId);
        protocol.name(head, requestId);
        for (int i = 0; i < problem.headers().size(); i += 2) {
            head.with(problem.headers().get(i), problem.headers().get(i + 1));
        }
        exchange.respond(head, protocol.render(problem, requestId));
    }
}
