package dev.switchgear.server.api.operate;

import dev.switchgear.core.call.Forced;
import dev.switchgear.core.guard.GuardedUpstream;
import dev.switchgear.core.health.ForcedState.Order;
import dev.switchgear.core.time.Time;
import dev.switchgear.server.api.HttpRoute;
import dev.switchgear.server.api.HttpRoute.Access;
import dev.switchgear.server.api.Problem;
import dev.switchgear.server.api.Visit;
import dev.switchgear.server.api.own.OwnProtocol;
import dev.switchgear.server.gateway.Switches;
import dev.switchgear.server.gateway.Switches.Place;
import dev.switchgear.server.gateway.Switches.Switch;
import dev.switchgear.server.monitor.Sentences;
import dev.switchgear.server.names.Nearest;
import dev.switchgear.server.names.Quote;
import dev.switchgear.server.names.SgCode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Where operators switch providers and keys on and off, for a while and with their name. Thread-safe.
public final class SwitchRoutes {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int BODY_BYTES_MAX = 16 * 1024;
    private static final int REASON_MAX = 200;
    private static final Duration USUAL = Duration.ofHours(1);
    private static final Duration LONGEST = Duration.ofDays(30);
    private static final String ADMIN = "/api/admin/switches";
    private static final Set<String> FIELDS =
            Set.of("provider", "key", "state", "status", "reason", "expiresInSeconds");

    private final OwnProtocol protocol = new OwnProtocol();
    private final Switches switches;
    private final Supplier<Collection<GuardedUpstream<?, ?>>> upstreams;
    private final Time time;

    /// @param upstreams those in use now, of all families
    public SwitchRoutes(
            Switches switches, Supplier<Collection<GuardedUpstream<?, ?>>> upstreams, Time time) {
        this.switches = switches;
        this.upstreams = upstreams;
        this.time = time;
    }

    public List<HttpRoute> routes() {
        return List.of(
                route("POST", "/api/ai/failover/force-status", this::force),
                route("GET", ADMIN, this::list),
                route("GET", ADMIN + "/{place}", this::show),
                route("PUT", ADMIN + "/{place}", this::put),
                route("DELETE", ADMIN + "/{place}", this::release));
    }

    private HttpRoute route(String method, String path, Consumer<Visit> handler) {
        return new HttpRoute(method, path, Access.OPERATOR, protocol, handler);
    }

    /// What somebody asks for that cannot be done.
    private static final class Unusable extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient Problem problem;

        Unusable(Problem problem) {
            super(problem.text());
            this.problem = problem;
        }

        static Unusable field(String name, String text) {
            return new Unusable(
                    Problem.of(SgCode.UNUSABLE_REQUEST, "invalid_request", text).at(name));
        }
    }

    private void force(Visit visit) {
        attempt(
                visit,
                () -> {
                    JsonNode body = body(visit);
                    String provider = text(body, "provider");
                    if (provider.isEmpty()) {
                        throw Unusable.field("provider", "`provider` is missing: whom to switch.");
                    }
                    String key = text(body, "key");
                    order(visit, place(provider, key), body);
                });
    }

    private void put(Visit visit) {
        attempt(
                visit,
                () -> {
                    JsonNode body = body(visit);
                    Place place = place(visit.rest());
                    requireSame("provider", text(body, "provider"), place.provider());
                    requireSame("key", text(body, "key"), place.key().orElse(""));
                    order(visit, place, body);
                });
    }

    private static void requireSame(String field, String said, String inPath) throws Unusable {
        if (!said.isEmpty() && !said.equals(inPath)) {
            throw Unusable.field(field, "`" + field + "` says something else than the path.");
        }
    }

    private void release(Visit visit) {
        attempt(
                visit,
                () ->
                        order(
                                visit,
                                place(visit.rest()),
                                new Order(Forced.NONE, visit.client().name(), Instant.MAX)));
    }

    private void list(Visit visit) {
        JsonPage.show(visit, Map.of("switches", told(switches.holding())));
    }

    private void show(Visit visit) {
        attempt(
                visit,
                () -> {
                    Place place = place(visit.rest());
                    Optional<Switch> held =
                            switches.holding().stream()
                                    .filter(one -> one.place().equals(place))
                                    .findFirst();
                    if (held.isEmpty()) {
                        throw new Unusable(
                                Problem.of(
                                        SgCode.NOT_SERVED,
                                        "not_switched",
                                        "Nothing is ordered for `"
                                                + Quote.name(visit.rest())
                                                + "`."));
                    }
                    JsonPage.show(visit, told(held.get()));
                });
    }

    private interface Deed {
        void run() throws Unusable;
    }

    private static void attempt(Visit visit, Deed deed) {
        try {
            deed.run();
        } catch (Unusable unusable) {
            visit.refuse(unusable.problem);
        }
    }

    private void order(Visit visit, Place place, JsonNode body) throws Unusable {
        Forced state = state(body);
        if (state == Forced.NONE) {
            order(visit, place, new Order(Forced.NONE, visit.client().name(), Instant.MAX));
            return;
        }
        order(
                visit,
                place,
                new Order(
                        state,
                        visit.client().name(),
                        reason(body),
                        time.instant().plus(lasting(body))));
    }

    private void order(Visit visit, Place place, Order order) throws Unusable {
        if (!switches.order(place, order, upstreams.get())) {
            throw new Unusable(
                    Problem.of(
                            SgCode.UNUSABLE_REQUEST,
                            409,
                            "too_many_orders",
                            "As many orders hold as may. Release one first."));
        }
        var told = new LinkedHashMap<String, Object>();
        told.put("provider", place.provider());
        place.key().ifPresent(key -> told.put("key", key));
        told.putAll(told(order));
        var concerned = new ArrayList<Map<String, Object>>();
        for (GuardedUpstream<?, ?> upstream : upstreams.get()) {
            if (place.isOf(upstream.id())) {
                concerned.add(HealthRoutes.about(upstream));
            }
        }
        told.put("upstreams", concerned);
        JsonPage.show(visit, told);
    }

    private static Forced state(JsonNode body) throws Unusable {
        String state = text(body, "state");
        String said = (state.isEmpty() ? text(body, "status") : state).toLowerCase(Locale.ROOT);
        return switch (said) {
            case "on" -> Forced.ON;
            case "off" -> Forced.OFF;
            case "drain" -> Forced.DRAIN;
            case "release", "none" -> Forced.NONE;
            default ->
                    throw Unusable.field(
                            "state",
                            "`state` is missing or none of `on`, `off`, `drain`, `release`.");
        };
    }

    /// On one line, so that logs stay readable.
    private static String reason(JsonNode body) throws Unusable {
        String reason = text(body, "reason").strip();
        if (reason.length() > REASON_MAX || reason.chars().anyMatch(Character::isISOControl)) {
            throw Unusable.field(
                    "reason", "`reason` is one line of at most " + REASON_MAX + " characters.");
        }
        return reason;
    }

    private static Duration lasting(JsonNode body) throws Unusable {
        JsonNode seconds = body.path("expiresInSeconds");
        if (seconds.isMissingNode() || seconds.isNull()) {
            return USUAL;
        }
        if (!seconds.isIntegralNumber()
                || !seconds.canConvertToLong()
                || seconds.longValue() < 1
                || seconds.longValue() > LONGEST.toSeconds()) {
            throw Unusable.field(
                    "expiresInSeconds",
                    "`expiresInSeconds` is a whole number from 1 to "
                            + LONGEST.toSeconds()
                            + " (30 days); "
                            + USUAL.toSeconds()
                            + " where it is left out.");
        }
        return Duration.ofSeconds(seconds.longValue());
    }

    private static JsonNode body(Visit visit) throws Unusable {
        byte[] bytes = visit.exchange().body();
        JsonNode body;
        try {
            body = bytes.length > BODY_BYTES_MAX ? JSON.nullNode() : JSON.readTree(bytes);
        } catch (JacksonException notJson) {
            body = JSON.nullNode();
        }
        if (!body.isObject()) {
            throw Unusable.field(
                    "body",
                    "The body is not a JSON object of at most "
                            + BODY_BYTES_MAX / 1024
                            + " KiB such as {\"provider\":\"openai\",\"state\":\"off\"}.");
        }
        for (String field : body.propertyNames()) {
            if (!FIELDS.contains(field)) {
                throw Unusable.field(
                        Quote.name(field),
                        "`" + Quote.name(field) + "` is unknown. " + Nearest.hint(field, FIELDS));
            }
        }
        return body;
    }

    private static String text(JsonNode body, String field) throws Unusable {
        JsonNode value = body.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return "";
        }
        if (!value.isString()) {
            throw Unusable.field(field, "`" + field + "` is a string.");
        }
        return value.stringValue();
    }

    /// @param path `provider` or `provider/key`
    private Place place(String path) throws Unusable {
        int slash = path.indexOf('/');
        return slash < 0
                ? place(path, "")
                : place(path.substring(0, slash), path.substring(slash + 1));
    }

    /// @param key empty for all of the provider's
    private Place place(String provider, String key) throws Unusable {
        List<GuardedUpstream<?, ?>> ofProvider =
                upstreams.get().stream()
                        .filter(upstream -> upstream.id().provider().equals(provider))
                        .toList();
        if (ofProvider.isEmpty()) {
            throw unknown(
                    "provider",
                    "No provider in use is called `" + Quote.name(provider) + "`.",
                    Nearest.to(
                            provider,
                            upstreams.get().stream()
                                    .map(upstream -> upstream.id().provider())
                                    .distinct()
                                    .toList(),
                            1));
        }
        List<String> keys = ofProvider.stream().map(upstream -> upstream.id().key()).toList();
        if (!key.isEmpty() && !keys.contains(key)) {
            throw unknown(
                    "key",
                    "`" + provider + "` has no key in use called `" + Quote.name(key) + "`.",
                    Nearest.to(key, keys, 1));
        }
        return new Place(provider, key.isEmpty() ? Optional.empty() : Optional.of(key));
    }

    private static Unusable unknown(String field, String text, List<String> near) {
        return new Unusable(
                Problem.of(SgCode.NOT_SERVED, field + "_not_found", text + Nearest.closest(near))
                        .at(field));
    }

    static List<Map<String, Object>> told(List<Switch> held) {
        return held.stream().map(SwitchRoutes::told).toList();
    }

    private static Map<String, Object> told(Switch held) {
        var told = new LinkedHashMap<String, Object>();
        told.put("provider", held.place().provider());
        held.place().key().ifPresent(key -> told.put("key", key));
        told.putAll(told(held.order()));
        told.put("since", held.since().toString());
        return told;
    }

    /// An order as every page shows it.
    static Map<String, Object> told(Order order) {
        var told = new LinkedHashMap<String, Object>();
        told.put("state", Sentences.words(order.state()));
        told.put("by", order.by());
        if (!order.reason().isEmpty()) {
            told.put("reason", order.reason());
        }
        if (!order.until().equals(Instant.MAX)) {
            told.put("until", order.until().toString());
        }
        return told;
    }
}
