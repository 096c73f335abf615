package dev.switchgear.server.edge.anthropic;

import dev.switchgear.families.llm.Operation;
import dev.switchgear.server.edge.HttpExchange;
import dev.switchgear.server.edge.Route;
import dev.switchgear.server.edge.Route.Access;
import dev.switchgear.server.edge.Visit;
import dev.switchgear.server.edge.llm.Asking;
import dev.switchgear.server.edge.llm.LlmEdge;
import dev.switchgear.server.edge.llm.ModelEntry;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// Where Anthropic's clients call. Thread-safe.
public final class AnthropicEdge {
    /// For those who want one address a protocol.
    private static final String PREFIX = "/anthropic";

    private final Anthropic protocol;
    private final LlmEdge edge;

    public AnthropicEdge(LlmEdge edge, InstantSource time) {
        this.protocol = new Anthropic(time);
        this.edge = edge;
    }

    /// What to put into the [dev.switchgear.server.edge.RouteTable], before OpenAI's routes.
    public List<Route> routes() {
        var routes = new ArrayList<Route>();
        for (String prefix : List.of("", PREFIX)) {
            routes.add(
                    route(
                            "POST",
                            prefix + "/v1/messages",
                            AnthropicEdge::any,
                            visit -> carry(visit, Operation.CHAT)));
            routes.add(
                    route(
                            "POST",
                            prefix + "/v1/messages/count_tokens",
                            AnthropicEdge::any,
                            visit -> carry(visit, Operation.COUNT_TOKENS)));
            Predicate<HttpExchange> asked =
                    prefix.isEmpty() ? AnthropicEdge::versioned : AnthropicEdge::any;
            routes.add(route("GET", prefix + "/v1/models", asked, this::models));
            routes.add(route("GET", prefix + "/v1/models/{model}", asked, this::model));
        }
        return routes;
    }

    private static boolean any(HttpExchange exchange) {
        return true;
    }

    /// OpenAI's clients list models at the same path; only Anthropic's say which version they speak.
    private static boolean versioned(HttpExchange exchange) {
        return exchange.header("anthropic-version").isPresent();
    }

    private Route route(
            String method, String path, Predicate<HttpExchange> asked, Consumer<Visit> handler) {
        return new Route(method, path, Access.CLIENT, protocol, asked, handler);
    }

    private void carry(Visit visit, Operation operation) {
        edge.carry(Asking.of(visit, protocol, operation));
    }

    private Asking asking(Visit visit) {
        return Asking.of(visit, protocol, Operation.CHAT);
    }

    private void models(Visit visit) {
        Optional<ModelPage> page = ModelPage.of(visit.exchange().query());
        if (page.isPresent()) {
            respond(visit, page.get().render(edge.models()));
        } else {
            LlmEdge.reject(asking(visit), List.of(), ModelPage.wrongLimit());
        }
    }

    private void model(Visit visit) {
        Optional<ModelEntry> model = edge.model(visit.rest());
        if (model.isPresent()) {
            respond(visit, ModelPage.render(model.get()));
        } else {
            LlmEdge.reject(asking(visit), List.of(), edge.unknown(visit.rest()));
        }
    }

    private void respond(Visit visit, byte[] body) {
        var head = visit.head(200, "application/json");
        protocol.name(head, visit.requestId());
        visit.exchange().respond(head, body);
    }
}
