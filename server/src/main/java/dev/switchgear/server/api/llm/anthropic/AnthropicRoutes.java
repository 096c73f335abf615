package dev.switchgear.server.api.llm.anthropic;

import dev.switchgear.families.llm.Operation;
import dev.switchgear.server.api.HttpRoute;
import dev.switchgear.server.api.HttpRoute.Access;
import dev.switchgear.server.api.Visit;
import dev.switchgear.server.api.llm.LlmEdge;
import dev.switchgear.server.api.llm.LlmProblems;
import dev.switchgear.server.api.llm.LlmVisit;
import dev.switchgear.server.door.HttpExchange;
import dev.switchgear.server.gateway.llm.ModelEntry;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// Where Anthropic's clients call. Thread-safe.
public final class AnthropicRoutes {
    /// For those who want one address a protocol.
    private static final String PREFIX = "/anthropic";

    private final AnthropicProtocol protocol;
    private final LlmEdge edge;

    public AnthropicRoutes(LlmEdge edge, InstantSource time) {
        this.protocol = new AnthropicProtocol(time);
        this.edge = edge;
    }

    /// What to put into the [dev.switchgear.server.api.HttpRoutes], before OpenAI's routes.
    public List<HttpRoute> routes() {
        var routes = new ArrayList<HttpRoute>();
        for (String prefix : List.of("", PREFIX)) {
            routes.add(
                    route(
                            "POST",
                            prefix + "/v1/messages",
                            AnthropicRoutes::any,
                            visit -> serve(visit, Operation.CHAT)));
            routes.add(
                    route(
                            "POST",
                            prefix + "/v1/messages/count_tokens",
                            AnthropicRoutes::any,
                            visit -> serve(visit, Operation.COUNT_TOKENS)));
            Predicate<HttpExchange> asked =
                    prefix.isEmpty() ? AnthropicRoutes::versioned : AnthropicRoutes::any;
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

    private HttpRoute route(
            String method, String path, Predicate<HttpExchange> asked, Consumer<Visit> handler) {
        return new HttpRoute(method, path, Access.CLIENT, protocol, asked, handler);
    }

    private void serve(Visit visit, Operation operation) {
        edge.serve(LlmVisit.of(visit, protocol, operation));
    }

    private void models(Visit visit) {
        Optional<AnthropicModelPage> page = AnthropicModelPage.of(visit.exchange().query());
        if (page.isPresent()) {
            respond(visit, page.get().render(edge.models()));
        } else {
            visit.refuse(AnthropicModelPage.wrongLimit());
        }
    }

    private void model(Visit visit) {
        Optional<ModelEntry> model = edge.model(visit.rest());
        if (model.isPresent()) {
            respond(visit, AnthropicModelPage.render(model.get()));
        } else {
            visit.refuse(LlmProblems.unknown(visit.rest(), edge.models()));
        }
    }

    private void respond(Visit visit, byte[] body) {
        visit.exchange().respond(visit.head(200, "application/json"), body);
    }
}
