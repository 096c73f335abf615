package dev.switchgear.server.api;

import dev.switchgear.identity.Client;
import dev.switchgear.server.door.ErrorPage;
import dev.switchgear.server.door.HttpExchange;
import dev.switchgear.server.door.HttpHandler;
import dev.switchgear.server.door.ResponseHead;
import dev.switchgear.server.door.ResponseHeader;
import dev.switchgear.server.door.SocketHandshake;
import dev.switchgear.server.names.Nearest;
import dev.switchgear.server.names.Quote;
import dev.switchgear.server.names.SgCode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Everything that can be asked of the gateway, in one list: it drives dispatch, and whoever must
/// know the whole surface (documentation, authorisation tests) reads it too. Thread-safe.
///
/// Paths are compared as they come. Where nothing is served at one, it may still be a known other way
/// to a route ([PathAliases]); nothing is decoded for that, so `..%2f` and `;x=1` lead nowhere.
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
    private final CrossOrigin crossOrigin;
    private final String methods;

    /// @param fallback words the errors of paths that no route knows
    /// @param random names requests and spans; any generator, it need not be thread-safe
    /// @param tally hears how each request ended
    public HttpRoutes(
            List<HttpRoute> routes,
            Clients clients,
            Protocol fallback,
            RandomGenerator random,
            Tally tally) {
        this(routes, clients, fallback, random, tally, CrossOrigin.NONE);
    }

    /// The same, for pages of other origins too.
    public HttpRoutes(
            List<HttpRoute> routes,
            Clients clients,
            Protocol fallback,
            RandomGenerator random,
            Tally tally,
            CrossOrigin crossOrigin) {
        this.routes = List.copyOf(routes);
        this.clients = clients;
        this.fallback = fallback;
        this.trace = new Trace(random);
        this.tally = tally;
        this.crossOrigin = crossOrigin;
        this.methods = String.join(", ", methods(this.routes));
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

    /// How errors are told to those who ask for `path`, before their request is understood.
    public Protocol protocol(String path) {
        List<String> ways = PathAliases.ways(path);
        for (String way : ways) {
            List<HttpRoute> there = at(way);
            if (!there.isEmpty()) {
                return there.getFirst().protocol();
            }
        }
        return nearby(ways.getLast(), _ -> false);
    }

    /// An error of which the door tells, before anybody here has seen the request whole.
    ///
    /// @param asked what is known of it
    public ErrorPage.Page page(ErrorPage.Asked asked, Problem problem) {
        Protocol spoken = protocol(asked.path());
        String requestId = trace.requestId(asked.requestId());
        ResponseHead head =
                ResponseHead.of(spoken.status(problem), "application/json")
                        .with("x-request-id", requestId);
        spoken.name(head, requestId);
        head.with(problem.headers());
        crossOrigin.allow(asked.origin(), head);
        return new ErrorPage.Page(head, spoken.render(problem, requestId));
    }

    @Override
    public void handle(HttpExchange exchange) {
        enter(exchange).answer().run();
    }

    /// Finds the route and asks for the key by the head alone, so that no body is taken of who is not
    /// let in, or asks for what is not there.
    @Override
    public Entry enter(HttpExchange exchange) {
        var counted = new CountedExchange(exchange, crossOrigin);
        Place place = place(exchange);
        List<HttpRoute> there = place.routes();
        String path = there.isEmpty() ? "unknown" : there.getFirst().path();
        Entry entry = enter(counted, place);
        return new Entry(
                entry.bodyWanted(),
                () -> {
                    try {
                        entry.answer().run();
                    } finally {
                        tally.ended(path, counted.status());
                    }
                });
    }

    private static Entry refused(Runnable answer) {
        return new Entry(false, answer);
    }

    /// Where a path leads.
    ///
    /// @param path as the route table has it
    /// @param routes all that share it; none where nothing is served there
    private record Place(String path, List<HttpRoute> routes) {}

    private Entry enter(HttpExchange exchange, Place place) {
        List<HttpRoute> there = place.routes();
        String requestId = trace.requestId(exchange.header("x-request-id"));
        Optional<ResponseHead> preflight = crossOrigin.preflight(exchange, methods);
        if (preflight.isPresent()) {
            ResponseHead allowed = preflight.get().with("x-request-id", requestId);
            return refused(() -> exchange.respond(allowed, new byte[0]));
        }
        if (there.isEmpty()) {
            return refused(() -> {
                Protocol spoken = spoken(place.path(), exchange);
                stranger(exchange, spoken, requestId)
                        .refuse(unknown(exchange.path(), place.path()));
            });
        }
        HttpRoute route = choose(there, exchange);
        if (route == null) {
            return refused(() -> otherMethod(exchange, there, requestId));
        }
        Protocol protocol = route.protocol();
        Optional<Client> client = client(route, exchange);
        if (client.isEmpty()) {
            return refused(() -> stranger(exchange, protocol, requestId).refuse(unauthenticated()));
        }
        if (route.method().equals("GET")
                && SocketHandshake.asked(exchange)
                && !crossOrigin.mayOpen(exchange)) {
            return refused(() -> stranger(exchange, protocol, requestId).refuse(foreignPage()));
        }
        if (route.access() == HttpRoute.Access.OPERATOR && !client.get().operator()) {
            return refused(
                    () -> stranger(exchange, protocol, requestId).refuse(notAllowed(client.get())));
        }
        String traceparent = trace.continued(exchange.header("traceparent"));
        String rest = route.open() ? decoded(place.path().substring(route.stem().length())) : "";
        var visit = new Visit(exchange, client.get(), rest, requestId, traceparent, protocol);
        // What is only looked at needs no body, and anyone may look.
        boolean bodyWanted = !route.method().equals("GET");
        return new Entry(bodyWanted, () -> route.handler().accept(visit));
    }

    private Optional<Client> client(HttpRoute route, HttpExchange exchange) {
        return switch (route.access()) {
            case ANYONE -> Optional.of(NOBODY);
            case CLIENT, OPERATOR ->
                    clients.authenticate(shown(route.protocol(), exchange), exchange);
        };
    }

    @Override
    public boolean admits(HttpExchange head) {
        HttpRoute route = choose(place(head).routes(), head);
        return route != null
                && client(route, head)
                        .filter(client ->
                                route.access() != HttpRoute.Access.OPERATOR || client.operator())
                        .isPresent()
                && crossOrigin.mayOpen(head);
    }

    private static Optional<String> shown(Protocol protocol, HttpExchange exchange) {
        return protocol.key(exchange).map(String::strip).filter(key -> !key.isEmpty());
    }

    /// Who is not let in: nothing of its trace is continued.
    private static Visit stranger(HttpExchange exchange, Protocol protocol, String requestId) {
        return new Visit(exchange, NOBODY, "", requestId, "", protocol);
    }

    /// The first way on which a route takes the method, else the first that leads to any, else the last.
    private Place place(HttpExchange exchange) {
        String path = exchange.path();
        List<HttpRoute> usual = exact.get(path);
        if (usual != null) {
            return new Place(path, usual);
        }
        if (PathAliases.clean(path).equals(path)) {
            List<HttpRoute> open = at(path);
            if (choose(open, exchange) != null) {
                return new Place(path, open);
            }
        }
        List<Place> ways =
                PathAliases.ways(path).stream().map(way -> new Place(way, at(way))).toList();
        for (Place way : ways) {
            if (choose(way.routes(), exchange) != null) {
                return way;
            }
        }
        return ways.stream()
                .filter(way -> !way.routes().isEmpty())
                .findFirst()
                .orElseGet(ways::getLast);
    }

    /// In which protocol one is answered who asks for what is not there: that of the routes nearby.
    /// Where several are, that in which the client would be served at a path that they share.
    private Protocol spoken(String path, HttpExchange exchange) {
        return nearby(path, route -> route.asked().test(exchange));
    }

    /// @param asks whether the client would be served by a route that shares its path with others
    private Protocol nearby(String path, Predicate<HttpRoute> asks) {
        for (int end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
            String folder = path.substring(0, end + 1);
            List<HttpRoute> near =
                    routes.stream().filter(route -> route.path().startsWith(folder)).toList();
            if (near.isEmpty()) {
                continue;
            }
            if (near.stream().map(HttpRoute::protocol).distinct().count() == 1) {
                return near.getFirst().protocol();
            }
            return near.stream()
                    .filter(route -> exact.getOrDefault(route.path(), List.of()).size() > 1)
                    .filter(asks)
                    .findFirst()
                    .map(HttpRoute::protocol)
                    .orElse(fallback);
        }
        return fallback;
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
        String allow = String.join(", ", methods(there));
        if (exchange.method().equals("OPTIONS")) {
            exchange.respond(
                    ResponseHead.of(204).with("x-request-id", requestId).with("allow", allow),
                    new byte[0]);
            return;
        }
        Problem problem =
                Problem.of(
                                SgCode.NOT_SERVED,
                                405,
                                "method_not_allowed",
                                exchange.method() + " is not possible here. Use " + allow + ".")
                        .with(List.of(new ResponseHeader("allow", allow)));
        Protocol spoken =
                there.stream()
                        .filter(route -> route.asked().test(exchange))
                        .findFirst()
                        .orElseGet(there::getFirst)
                        .protocol();
        stranger(exchange, spoken, requestId).refuse(problem);
    }

    private static Set<String> methods(List<HttpRoute> routes) {
        var methods = new TreeSet<String>(List.of("OPTIONS"));
        for (HttpRoute route : routes) {
            methods.add(route.method());
            if (route.method().equals("GET")) {
                methods.add("HEAD");
            }
        }
        return methods;
    }

    /// @param led where the path leads, if it is known for leading on
    private Problem unknown(String path, String led) {
        String shown = Quote.cut(path, 200);
        List<String> known = routes.stream().map(HttpRoute::path).distinct().toList();
        String closest =
                Stream.of(shown, led)
                        .flatMap(way -> Nearest.to(way, known, 1).stream())
                        .findFirst()
                        .map(near -> " Closest: `" + near + "`.")
                        .orElse("");
        return Problem.of(
                SgCode.NOT_SERVED,
                "unknown_url",
                "Nothing is served at `" + shown + "`." + closest);
    }

    private static Problem notAllowed(Client client) {
        return Problem.of(
                SgCode.NOT_ALLOWED,
                "operators_only",
                "Only an operator may do this. The client `"
                        + client.name()
                        + "` is none: it would need `operator: true` under `clients:` in the"
                        + " configuration.");
    }

    private static Problem foreignPage() {
        return Problem.of(
                SgCode.NOT_ALLOWED,
                "foreign_origin",
                "This page may not open a WebSocket here: its origin is not among"
                        + " `server.cors.origins` in the configuration.");
    }

    private static Problem unauthenticated() {
        return Problem.of(
                        SgCode.KEY,
                        "invalid_api_key",
                        "This gateway does not accept the key that came with the request, or none"
                                + " came. Send `Authorization: Bearer <key>` with a key from"
                                + " `clients:` in the configuration.")
                .with(
                        List.of(
                                new ResponseHeader(
                                        "www-authenticate", "Bearer realm=\"switchgear\"")));
    }
}
