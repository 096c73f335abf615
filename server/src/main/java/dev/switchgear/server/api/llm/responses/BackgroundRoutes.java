package dev.switchgear.server.api.llm.responses;

import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.server.api.HttpRoute;
import dev.switchgear.server.api.HttpRoute.Access;
import dev.switchgear.server.api.Problem;
import dev.switchgear.server.api.Visit;
import dev.switchgear.server.api.llm.LlmProblems;
import dev.switchgear.server.api.llm.responses.background.BackgroundQuery;
import dev.switchgear.server.api.llm.responses.background.BackgroundRun;
import dev.switchgear.server.door.ResponseHeader;
import dev.switchgear.server.names.SgCode;
import java.util.List;
import java.util.Optional;

/// Where clients ask for responses that nobody waits for: before those who know only what is over are
/// asked. Thread-safe.
final class BackgroundRoutes {
    private static final String PATH = "/v1/responses/{id}";
    private static final String CANCEL = "/cancel";

    private final ResponsesProtocol protocol;
    private final Background background;

    BackgroundRoutes(ResponsesProtocol protocol, Background background) {
        this.protocol = protocol;
        this.background = background;
    }

    /// The same route, once it is clear that nothing in the background is meant.
    HttpRoute before(HttpRoute route) {
        if (!route.path().equals(PATH)) {
            return route;
        }
        return new HttpRoute(
                route.method(),
                route.path(),
                route.access(),
                route.protocol(),
                route.asked(),
                visit -> {
                    boolean answered =
                            route.method().equals("GET") ? shown(visit) : forgotten(visit);
                    if (!answered) {
                        route.handler().accept(visit);
                    }
                });
    }

    private boolean shown(Visit visit) {
        BackgroundQuery query;
        try {
            query = BackgroundQuery.of(visit.exchange().query());
        } catch (InvalidBody wrong) {
            visit.refuse(LlmProblems.invalid(wrong));
            return true;
        }
        Optional<BackgroundRun> run = background.find(visit, visit.rest());
        run.ifPresent(found -> background.show(visit, found, query));
        if (run.isEmpty() && query.stream() && background.kept(visit, visit.rest())) {
            visit.refuse(NO_EVENTS);
            return true;
        }
        return run.isPresent();
    }

    /// What is under way ends; whether it is kept too, is for whoever keeps it to say.
    private boolean forgotten(Visit visit) {
        Optional<BackgroundRun> run = background.find(visit, visit.rest());
        if (run.isEmpty()) {
            return false;
        }
        background.remove(visit, visit.rest());
        return true;
    }

    HttpRoute cancelling() {
        // What ends otherwise may be another way to write a path that is served.
        return new HttpRoute(
                "POST",
                PATH,
                Access.CLIENT,
                protocol,
                exchange -> exchange.path().endsWith(CANCEL),
                this::cancel);
    }

    private void cancel(Visit visit) {
        // A route is chosen by the path as it came, and told the path without idle slashes: then
        // there may be no id.
        String rest = visit.rest();
        String id = rest.endsWith(CANCEL) ? rest.substring(0, rest.length() - CANCEL.length()) : "";
        Optional<BackgroundRun> run = background.find(visit, id);
        if (run.isPresent()) {
            background.cancel(visit, run.get());
        } else {
            background.cancelKept(visit, id);
        }
    }

    private static final Problem NO_EVENTS =
            Problem.of(
                            SgCode.UNUSABLE_REQUEST,
                            "events_not_kept",
                            "The events of this response are not kept: those of responses that were"
                                    + " asked for with `background: true` are, for a while. Ask for it"
                                    + " without `stream`.")
                    .at("stream")
                    .with(List.of(new ResponseHeader("x-should-retry", "false")));
}
