package dev.switchgear.server.api.llm.responses;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.server.api.HttpRoute;
import dev.switchgear.server.api.HttpRoute.Access;
import dev.switchgear.server.api.Problem;
import dev.switchgear.server.api.Visit;
import dev.switchgear.server.api.llm.LlmProblems;
import dev.switchgear.server.api.llm.responses.kept.Conversation;
import dev.switchgear.server.api.llm.responses.kept.InputItems;
import dev.switchgear.server.api.llm.responses.kept.KeptAnswer;
import dev.switchgear.server.api.llm.responses.kept.KeptPage;
import dev.switchgear.server.api.llm.responses.kept.KeptProblems;
import dev.switchgear.server.api.llm.responses.kept.KeptResponses;
import dev.switchgear.server.api.llm.responses.kept.Refused;
import dev.switchgear.server.api.llm.responses.kept.WholeInput;
import dev.switchgear.server.names.Quote;
import dev.switchgear.server.names.SgCode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Where clients ask for what they left with us: answers, what they were made of, and conversations.
/// Nothing here asks a provider. Thread-safe.
final class KeptRoutes {
    /// As OpenAI takes at once.
    private static final int ITEMS_AT_ONCE = 20;

    private static final int METADATA_MAX = 16;
    private static final int METADATA_NAME_CHARS_MAX = 64;
    private static final int METADATA_CHARS_MAX = 512;

    private static final String INPUT_ITEMS = "/input_items";
    private static final String ITEMS = "/items";

    private final ResponsesProtocol protocol;
    private final KeptResponses kept;

    KeptRoutes(ResponsesProtocol protocol, KeptResponses kept) {
        this.protocol = protocol;
        this.kept = kept;
    }

    List<HttpRoute> routes() {
        return List.of(
                route("GET", "/v1/responses/{id}", this::response),
                route("DELETE", "/v1/responses/{id}", this::forget),
                route("POST", "/v1/conversations", this::begin),
                route("GET", "/v1/conversations/{id}", this::look),
                route("POST", "/v1/conversations/{id}", this::add),
                route("DELETE", "/v1/conversations/{id}", this::end));
    }

    /// What answers a visit, or a refusal.
    private interface Answering {
        JsonNode of(Visit visit) throws Refused;
    }

    private HttpRoute route(String method, String path, Answering answering) {
        Consumer<Visit> answer =
                visit -> {
                    byte[] body;
                    try {
                        body = Json.bytes(answering.of(visit));
                    } catch (Refused refused) {
                        visit.refuse(refused.problem());
                        return;
                    }
                    visit.exchange().respond(visit.head(200, "application/json"), body);
                };
        return new HttpRoute(method, path, Access.CLIENT, protocol, answer);
    }

    private static String client(Visit visit) {
        return visit.client().name();
    }

    private JsonNode response(Visit visit) throws Refused {
        String rest = visit.rest();
        if (rest.endsWith(INPUT_ITEMS)) {
            String id = rest.substring(0, rest.length() - INPUT_ITEMS.length());
            return KeptPage.of(visit.exchange().query()).list(madeOf(visit, id));
        }
        if (rest.indexOf('/') >= 0) {
            throw new Refused(unknown(visit));
        }
        return answer(client(visit), rest).response();
    }

    private KeptAnswer answer(String client, String id) throws Refused {
        return kept.archive()
                .get(client, id)
                .filter(KeptAnswer::is)
                .map(KeptAnswer::of)
                .orElseThrow(() -> new Refused(KeptProblems.responseNotFound(id)));
    }

    /// Everything that an answer was made of, the oldest first.
    private List<ObjectNode> madeOf(Visit visit, String id) throws Refused {
        Deque<KeptAnswer> turns = new ArrayDeque<>();
        Set<String> seen = new HashSet<>();
        KeptAnswer turn = answer(client(visit), id);
        turns.addFirst(turn);
        while (!turn.link().previous().isEmpty() && seen.add(turn.link().previous())) {
            Optional<KeptAnswer> before =
                    kept.archive()
                            .get(client(visit), turn.link().previous())
                            .filter(KeptAnswer::is)
                            .map(KeptAnswer::of);
            if (before.isEmpty()) {
                break;
            }
            turn = before.get();
            turns.addFirst(turn);
        }
        var items = new ArrayList<ObjectNode>();
        for (KeptAnswer each : turns) {
            items.addAll(each.inputItems());
            if (!each.link().id().equals(id)) {
                items.addAll(each.outputItems());
            }
        }
        return items;
    }

    private JsonNode forget(Visit visit) throws Refused {
        String id = visit.rest();
        if (id.indexOf('/') >= 0) {
            throw new Refused(unknown(visit));
        }
        answer(client(visit), id);
        kept.archive().remove(client(visit), id);
        return Json.object().put("id", id).put("object", "response").put("deleted", true);
    }

    private JsonNode begin(Visit visit) throws Refused {
        ObjectNode asked = body(visit);
        List<ObjectNode> items = items(asked.path("items"), false);
        Conversation made =
                Conversation.create(
                        kept.archive(),
                        client(visit),
                        kept.name("conv_"),
                        kept.time().instant().getEpochSecond(),
                        metadata(asked.path("metadata")));
        made.add(items, Optional.empty());
        return made.shown();
    }

    private JsonNode look(Visit visit) throws Refused {
        String rest = visit.rest();
        int slash = rest.indexOf('/');
        if (slash < 0) {
            return conversation(visit, rest).shown();
        }
        Conversation found = conversation(visit, rest.substring(0, slash));
        String below = rest.substring(slash);
        if (below.equals(ITEMS)) {
            return KeptPage.of(visit.exchange().query()).list(found.items());
        }
        String item = item(visit, below);
        return found.items().stream()
                .filter(each -> each.path("id").stringValue("").equals(item))
                .findFirst()
                .orElseThrow(() -> new Refused(KeptProblems.itemNotFound(item)));
    }

    private JsonNode add(Visit visit) throws Refused {
        String rest = visit.rest();
        int slash = rest.indexOf('/');
        ObjectNode asked = body(visit);
        if (slash < 0) {
            if (asked.path("metadata").isMissingNode()) {
                throw new Refused(KeptProblems.wrong("metadata", METADATA));
            }
            return locked(
                    visit,
                    rest,
                    () -> {
                        Conversation found = conversation(visit, rest);
                        found.metadata(metadata(asked.path("metadata")));
                        return found.shown();
                    });
        }
        if (!rest.substring(slash).equals(ITEMS)) {
            throw new Refused(unknown(visit));
        }
        List<ObjectNode> items = items(asked.path("items"), true);
        return locked(
                visit,
                rest.substring(0, slash),
                () -> {
                    Conversation found = conversation(visit, rest.substring(0, slash));
                    found.add(items, found.before());
                    return new KeptPage(ITEMS_AT_ONCE, false, "").list(items);
                });
    }

    private JsonNode end(Visit visit) throws Refused {
        String rest = visit.rest();
        int slash = rest.indexOf('/');
        String id = slash < 0 ? rest : rest.substring(0, slash);
        return locked(
                visit,
                id,
                () -> {
                    Conversation found = conversation(visit, id);
                    if (slash < 0) {
                        found.delete();
                        return Json.object()
                                .put("id", id)
                                .put("object", "conversation.deleted")
                                .put("deleted", true);
                    }
                    String item = item(visit, rest.substring(slash));
                    if (!found.remove(item)) {
                        throw new Refused(KeptProblems.itemNotFound(item));
                    }
                    return found.shown();
                });
    }

    /// What is done to a conversation while nobody else is at it.
    private interface Change {
        JsonNode make() throws Refused;
    }

    private JsonNode locked(Visit visit, String id, Change change) throws Refused {
        if (!kept.lock(client(visit), id)) {
            throw new Refused(KeptProblems.conversationLocked());
        }
        try {
            return change.make();
        } finally {
            kept.unlock(client(visit), id);
        }
    }

    private Conversation conversation(Visit visit, String id) throws Refused {
        return Conversation.find(kept.archive(), client(visit), id)
                .orElseThrow(() -> new Refused(KeptProblems.conversationNotFound(id)));
    }

    /// The name behind `/items/`.
    private static String item(Visit visit, String below) throws Refused {
        if (!below.startsWith(ITEMS + '/') || below.length() == ITEMS.length() + 1) {
            throw new Refused(unknown(visit));
        }
        return below.substring(ITEMS.length() + 1);
    }

    private static Problem unknown(Visit visit) {
        return Problem.of(
                SgCode.NOT_SERVED,
                "unknown_url",
                "Nothing is served at `" + Quote.cut(visit.exchange().path(), 200) + "`.");
    }

    private static ObjectNode body(Visit visit) throws Refused {
        byte[] body = visit.exchange().body();
        if (body.length == 0) {
            return Json.object();
        }
        switch (visit.exchange().room((long) body.length * WholeInput.TIMES)) {
            case GRANTED -> {}
            case LATER -> throw new Refused(LlmProblems.FULL_TO_READ);
            case NEVER -> throw new Refused(LlmProblems.TOO_LARGE_TO_READ);
        }
        try {
            if (Json.read(body, 0, body.length) instanceof ObjectNode object) {
                return object;
            }
        } catch (JacksonException unreadable) {
            throw new Refused(KeptProblems.wrong("body", "a JSON object"));
        }
        throw new Refused(KeptProblems.wrong("body", "a JSON object"));
    }

    private static JsonNode metadata(JsonNode metadata) throws Refused {
        if (metadata.isMissingNode() || metadata.isNull()) {
            return Json.object();
        }
        if (!metadata.isObject()
                || metadata.size() > METADATA_MAX
                || !metadata.propertyStream().allMatch(KeptRoutes::fits)) {
            throw new Refused(KeptProblems.wrong("metadata", METADATA));
        }
        return metadata;
    }

    private static final String METADATA =
            "up to "
                    + METADATA_MAX
                    + " texts of up to "
                    + METADATA_CHARS_MAX
                    + " characters, by names of up to "
                    + METADATA_NAME_CHARS_MAX;

    private static boolean fits(Map.Entry<String, JsonNode> text) {
        return text.getValue().isString()
                && text.getKey().length() <= METADATA_NAME_CHARS_MAX
                && text.getValue().stringValue().length() <= METADATA_CHARS_MAX;
    }

    /// Items that a client adds, each with a name.
    private List<ObjectNode> items(JsonNode items, boolean needed) throws Refused {
        boolean none = items.isMissingNode() || items.isNull();
        if (none && !needed) {
            return List.of();
        }
        if (!items.isArray() || items.size() > ITEMS_AT_ONCE || (needed && items.isEmpty())) {
            throw new Refused(
                    KeptProblems.wrong("items", "a list of up to " + ITEMS_AT_ONCE + " items"));
        }
        for (JsonNode item : items) {
            if (!(item instanceof ObjectNode object) || InputItems.isReference(object)) {
                throw new Refused(KeptProblems.wrong("items", "items as they are, as objects"));
            }
        }
        int number = 0;
        for (JsonNode item : items) {
            InputItems.check((ObjectNode) item, "items[" + number++ + "]");
        }
        return InputItems.named(Json.bytes(items), kept.name("item_"));
    }
}
