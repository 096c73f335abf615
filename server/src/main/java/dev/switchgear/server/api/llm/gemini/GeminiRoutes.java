package dev.switchgear.server.api.llm.gemini;

import dev.switchgear.dialects.gemini.GeminiClientDialect.Form;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.server.api.HttpRoute;
import dev.switchgear.server.api.HttpRoute.Access;
import dev.switchgear.server.api.Problem;
import dev.switchgear.server.api.Visit;
import dev.switchgear.server.api.llm.LlmEdge;
import dev.switchgear.server.api.llm.LlmProblems;
import dev.switchgear.server.api.llm.LlmVisit;
import dev.switchgear.server.api.llm.LlmVisit.InPath;
import dev.switchgear.server.door.HttpExchange;
import dev.switchgear.server.gateway.llm.ModelEntry;
import dev.switchgear.server.names.Quote;
import dev.switchgear.server.names.SgCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// Where Gemini's clients call: the model and the method stand in the path. Thread-safe.
public final class GeminiRoutes {
    /// Methods by their names in the path.
    static final Map<String, Operation> METHODS = methods();

    private static final String STREAM = "streamGenerateContent";
    private static final int PAGE = 50;
    private static final int PAGE_MAX = 1_000;
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,6}");

    private final GeminiProtocol events = new GeminiProtocol(Form.EVENTS);
    private final GeminiProtocol array = new GeminiProtocol(Form.ARRAY);
    private final GeminiProtocol batch = new GeminiProtocol(Form.BATCH);
    private final LlmEdge edge;

    public GeminiRoutes(LlmEdge edge) {
        this.edge = edge;
    }

    private static Map<String, Operation> methods() {
        var methods = new LinkedHashMap<String, Operation>();
        methods.put("generateContent", Operation.CHAT);
        methods.put(STREAM, Operation.CHAT);
        methods.put("countTokens", Operation.COUNT_TOKENS);
        methods.put("embedContent", Operation.EMBEDDINGS);
        methods.put("batchEmbedContents", Operation.BATCH_EMBEDDINGS);
        return methods;
    }

    /// What to put into the [dev.switchgear.server.api.HttpRoutes], before OpenAI's routes: lists of
    /// models under `/v1` are Gemini's only for who shows a key as Google's clients do.
    public List<HttpRoute> routes() {
        var routes = new ArrayList<HttpRoute>();
        for (String prefix : List.of("/v1beta", "/v1", "/genai/v1beta", "/genai/v1")) {
            Predicate<HttpExchange> asked =
                    prefix.equals("/v1") ? GeminiRoutes::googles : GeminiRoutes::any;
            routes.add(route("POST", prefix + "/models/{call}", GeminiRoutes::any, this::call));
            routes.add(route("GET", prefix + "/models", asked, this::models));
            routes.add(route("GET", prefix + "/models/{model}", asked, this::model));
        }
        return routes;
    }

    private static boolean any(HttpExchange exchange) {
        return true;
    }

    private static boolean googles(HttpExchange exchange) {
        return exchange.header("x-goog-api-key").isPresent();
    }

    private HttpRoute route(
            String method, String path, Predicate<HttpExchange> asked, Consumer<Visit> handler) {
        return new HttpRoute(method, path, Access.CLIENT, events, asked, handler);
    }

    private void call(Visit visit) {
        int colon = visit.rest().lastIndexOf(':');
        String method = visit.rest().substring(colon + 1);
        Optional<Operation> known =
                colon < 0 ? Optional.empty() : Optional.ofNullable(METHODS.get(method));
        if (known.isEmpty()) {
            visit.refuse(noMethod(colon < 0 ? "" : method));
            return;
        }
        Operation operation = known.get();
        boolean streamed = method.equals(STREAM);
        boolean sse =
                GeminiQuery.of(visit.exchange().query())
                        .value("alt")
                        .filter("sse"::equals)
                        .isPresent();
        GeminiProtocol protocol =
                operation == Operation.BATCH_EMBEDDINGS ? batch : streamed && !sse ? array : events;
        edge.serve(
                new LlmVisit(
                        visit,
                        protocol,
                        operation,
                        Optional.of(
                                new InPath(
                                        visit.rest().substring(0, colon), Optional.of(streamed))),
                        // Providers are asked for events, which do not pass for an array.
                        protocol != array));
    }

    private static Problem noMethod(String method) {
        return Problem.of(
                SgCode.NOT_SERVED,
                "unknown_method",
                "Models have no method `"
                        + Quote.name(method)
                        + "` here (known: "
                        + String.join(", ", METHODS.keySet())
                        + ").");
    }

    private void models(Visit visit) {
        GeminiQuery query = GeminiQuery.of(visit.exchange().query());
        List<ModelEntry> all = edge.models();
        int from = Math.min(number(query, "pageToken", 0), all.size());
        int size = number(query, "pageSize", 0);
        int to = Math.min(all.size(), from + (size == 0 ? PAGE : Math.min(size, PAGE_MAX)));
        respond(
                visit,
                GeminiProtocol.models(
                        all.subList(from, to), to < all.size() ? Integer.toString(to) : ""));
    }

    /// What is no number is as nothing said.
    private static int number(GeminiQuery query, String name, int unsaid) {
        return query.value(name)
                .filter(text -> NUMBER.matcher(text).matches())
                .map(Integer::parseInt)
                .orElse(unsaid);
    }

    private void model(Visit visit) {
        Optional<ModelEntry> model = edge.model(visit.rest());
        if (model.isPresent()) {
            respond(visit, GeminiProtocol.model(model.get()));
        } else {
            visit.refuse(LlmProblems.unknown(visit.rest(), edge.models()));
        }
    }

    private void respond(Visit visit, byte[] body) {
        visit.exchange().respond(visit.head(200, "application/json"), body);
    }
}
