package dev.switchgear.server.api.llm;

import dev.switchgear.families.llm.scan.RequestBody;
import dev.switchgear.families.llm.scan.Steer;
import dev.switchgear.families.llm.scan.Steer.Sort;
import dev.switchgear.server.api.Problem;
import dev.switchgear.server.door.HttpExchange;
import dev.switchgear.server.gateway.llm.Destination;
import dev.switchgear.server.gateway.llm.Destinations;
import dev.switchgear.server.gateway.llm.ModelEntry;
import dev.switchgear.server.gateway.llm.Selection;
import dev.switchgear.server.names.Nearest;
import dev.switchgear.server.names.Quote;
import dev.switchgear.server.names.SgCode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Reads where a client wants one request to go, from `x-switchgear-*` headers and from the fields
/// that clients of other gateways know. For one request; headers count before the body.
///
/// A provider may be such a gateway itself. So a field of the body is for us only where it names a
/// model or a provider that is configured here; else it stays in the body and goes along.
final class Steering {
    private static final String FALLBACKS = "x-switchgear-fallbacks";
    private static final String ORDER = "x-switchgear-order";
    private static final String ONLY = "x-switchgear-only";
    private static final String IGNORE = "x-switchgear-ignore";
    private static final String ALLOW_FALLBACKS = "x-switchgear-allow-fallbacks";
    private static final int MODELS_MAX = 16;
    private static final int PROVIDERS_MAX = 64;

    private final Destinations gateway;
    private final RequestBody body;
    private final List<Steer> ours = new ArrayList<>();
    private final List<String> dropped = new ArrayList<>();
    private List<String> models = List.of();
    private List<String> order = List.of();
    private List<String> only = List.of();
    private List<String> ignore = List.of();
    private Optional<Boolean> allowFallbacks = Optional.empty();
    private Optional<Sort> sort = Optional.empty();

    private Steering(Destinations gateway, RequestBody body) {
        this.gateway = gateway;
        this.body = body;
    }

    static Steered read(Destinations gateway, HttpExchange exchange, RequestBody body) {
        try {
            return new Steering(gateway, body).read(exchange);
        } catch (Wrong wrong) {
            return new Steered.Refused(wrong.problem);
        }
    }

    private Steered read(HttpExchange exchange) throws Wrong {
        for (Steer steer : body.steers()) {
            switch (steer) {
                case Steer.Models several -> models(several);
                case Steer.Providers providers -> providers(providers);
            }
        }
        boolean said = headers(exchange);
        if (ours.isEmpty() && !said) {
            return new Steered.By(body, Selection.NONE, List.of());
        }
        var others = new LinkedHashSet<>(models);
        others.remove(body.model());
        var selection =
                new Selection(
                        List.copyOf(others),
                        order,
                        only,
                        ignore,
                        !allowFallbacks.orElse(true),
                        sort);
        return new Steered.By(body.without(ours), selection, dropped);
    }

    private void models(Steer.Models several) throws Wrong {
        boolean known =
                several.from() == body.modelFrom()
                        || several.models().stream().anyMatch(this::leadsSomewhere);
        if (!known) {
            return;
        }
        taken(several);
        allLeadSomewhere(several.field(), several.models());
        models = Stream.concat(models.stream(), several.models().stream()).toList();
    }

    private void providers(Steer.Providers wish) throws Wrong {
        List<String> named =
                Stream.of(wish.order(), wish.only(), wish.ignore()).flatMap(List::stream).toList();
        Collection<String> configured = gateway.providers();
        boolean forUs =
                named.isEmpty() ? hasChoice() : named.stream().anyMatch(configured::contains);
        if (!forUs) {
            return;
        }
        taken(wish);
        String field = wish.field();
        allConfigured(field + ".order", wish.order());
        allConfigured(field + ".only", wish.only());
        allConfigured(field + ".ignore", wish.ignore());
        order = wish.order();
        only = wish.only();
        ignore = wish.ignore();
        allowFallbacks = wish.allowFallbacks();
        sort = wish.sort();
    }

    private void taken(Steer steer) {
        ours.add(steer);
        dropped.addAll(steer.unused());
    }

    /// Where only one provider could be asked, what is said without a name is for that one.
    private boolean hasChoice() {
        return gateway.find(body.model()).map(to -> to.providers().size() > 1).orElse(false);
    }

    private boolean headers(HttpExchange exchange) throws Wrong {
        Optional<List<String>> fallbacks = names(exchange, FALLBACKS, MODELS_MAX);
        Optional<List<String>> first = names(exchange, ORDER, PROVIDERS_MAX);
        Optional<List<String>> allowed = names(exchange, ONLY, PROVIDERS_MAX);
        Optional<List<String>> refused = names(exchange, IGNORE, PROVIDERS_MAX);
        Optional<String> others = exchange.header(ALLOW_FALLBACKS);
        if (fallbacks.isPresent()) {
            allLeadSomewhere(FALLBACKS, fallbacks.get());
            models = fallbacks.get();
        }
        if (first.isPresent()) {
            allConfigured(ORDER, first.get());
            order = first.get();
        }
        if (allowed.isPresent()) {
            allConfigured(ONLY, allowed.get());
            only = allowed.get();
        }
        if (refused.isPresent()) {
            allConfigured(IGNORE, refused.get());
            ignore = refused.get();
        }
        if (others.isPresent()) {
            allowFallbacks = Optional.of(yesOrNo(others.get()));
        }
        return fallbacks.isPresent()
                || first.isPresent()
                || allowed.isPresent()
                || refused.isPresent()
                || others.isPresent();
    }

    private static Optional<List<String>> names(HttpExchange exchange, String header, int most)
            throws Wrong {
        Optional<String> value = exchange.header(header);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        List<String> names =
                Stream.of(value.get().split(",", -1))
                        .map(String::strip)
                        .filter(name -> !name.isEmpty())
                        .toList();
        if (names.size() > most) {
            throw wrong(header, names.size() + " names (expected: at most " + most + ")");
        }
        return Optional.of(names);
    }

    private static boolean yesOrNo(String value) throws Wrong {
        return switch (value.strip()) {
            case "true" -> true;
            case "false" -> false;
            default ->
                    throw wrong(
                            ALLOW_FALLBACKS,
                            "`" + Quote.name(value) + "` (expected: true or false)");
        };
    }

    private boolean leadsSomewhere(String model) {
        return gateway.find(model).isPresent();
    }

    private void allLeadSomewhere(String where, List<String> names) throws Wrong {
        for (String name : names) {
            if (!leadsSomewhere(name)) {
                throw unknown(
                        where,
                        name,
                        "offered by any connected provider",
                        gateway.models().stream().map(ModelEntry::id).toList());
            }
        }
    }

    private void allConfigured(String where, List<String> names) throws Wrong {
        Collection<String> configured = gateway.providers();
        for (String name : names) {
            if (!configured.contains(name)) {
                throw unknown(where, name, "a provider here", configured);
            }
        }
    }

    private static Wrong unknown(String where, String name, String what, Collection<String> known) {
        List<String> nearest = Nearest.to(name, known, 1);
        return wrong(
                where,
                "`"
                        + Quote.name(name)
                        + "` is not "
                        + what
                        + "."
                        + (nearest.isEmpty() ? "" : " Did you mean `" + nearest.getFirst() + "`?"));
    }

    /// What is said of providers leaves nobody to ask.
    static Problem nobodyLeft(String model, Destination without) {
        return problem(
                "provider",
                "`only`, `ignore` and `order` leave nobody who offers `"
                        + Quote.name(model)
                        + "`. Without them: "
                        + String.join(", ", without.providers())
                        + ".");
    }

    private static Wrong wrong(String where, String what) {
        return new Wrong(problem(where, what));
    }

    private static Problem problem(String where, String what) {
        return Problem.of(
                        SgCode.ROUTING,
                        "invalid_routing",
                        "This request cannot be sent where it says. " + where + ": " + what)
                .at(where);
    }

    private static final class Wrong extends Exception {
        private static final long serialVersionUID = 1L;

        // Never serialized: it does not leave this class.
        private final transient Problem problem;

        Wrong(Problem problem) {
            super(problem.message(), null, false, false);
            this.problem = problem;
        }
    }
}
