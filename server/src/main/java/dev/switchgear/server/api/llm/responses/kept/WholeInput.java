package dev.switchgear.server.api.llm.responses.kept;

import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.server.api.llm.responses.kept.Archive.Holding;
import dev.switchgear.server.api.llm.responses.kept.KeptAnswer.Link;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Puts in place what a request refers to: the turns before it, its conversation, single items. For one
/// request, once.
public final class WholeInput {
    /// What is read into trees takes several times its bytes, and is written once more.
    public static final int TIMES = 8;

    /// Answers that follow one another: more turns than anybody's context has room for.
    static final int CHAIN_MAX = 10_000;

    /// What is asked before something is read.
    public interface Doors {
        /// Reserves memory for so many bytes.
        void room(long bytes) throws Refused;

        /// Keeps others from a conversation: what is read of it must stay as it is until the turn is over.
        void conversation(String id) throws Refused;
    }

    /// What was referred to, put in place.
    ///
    /// @param body says everything itself
    /// @param previous the answer that it follows; empty for none
    /// @param conversation that it belongs to; empty for none
    /// @param before who answered last
    /// @param home whether that one keeps all of it
    /// @param dropped what nobody else can be told
    public record Whole(
            byte[] body,
            String previous,
            String conversation,
            Optional<UpstreamId> before,
            boolean home,
            Set<String> dropped) {}

    private final Archive archive;
    private final String client;
    private final long most;
    private final Doors doors;
    private long bytes;
    private Optional<UpstreamId> before = Optional.empty();
    private boolean home = true;
    private final Set<String> dropped = new LinkedHashSet<>();

    /// @param most bytes that all of it may have
    public WholeInput(Archive archive, String client, long most, Doors doors) {
        this.archive = archive;
        this.client = client;
        this.most = most;
        this.doors = doors;
    }

    /// @param asked the client's bytes, which have been proved to be an object
    public Whole of(byte[] asked) throws Refused {
        take(asked.length);
        ObjectNode body;
        try {
            body = (ObjectNode) Json.read(asked, 0, asked.length);
        } catch (JacksonException unreadable) {
            throw new Refused(KeptProblems.wrong("input", "JSON"));
        }
        String previous = text(body, "previous_response_id");
        String conversation = conversation(body);
        if (!previous.isEmpty() && !conversation.isEmpty()) {
            throw new Refused(KeptProblems.exclusive());
        }
        ArrayNode input = Json.array();
        if (!previous.isEmpty()) {
            chain(previous, input);
        } else if (!conversation.isEmpty()) {
            doors.conversation(conversation);
            Conversation found =
                    Conversation.find(archive, client, conversation)
                            .orElseThrow(() ->
                                    new Refused(KeptProblems.conversationNotFound(conversation)));
            take(found.bytes());
            found.items().forEach(item -> add(input, item));
            before = found.before();
            home = false;
        }
        for (ObjectNode item : InputItems.of(body.path("input"))) {
            if (InputItems.isReference(item)) {
                add(input, referred(item.path("id").stringValue("")));
            } else {
                input.add(item);
            }
        }
        body.remove(List.of("previous_response_id", "conversation"));
        body.set("input", input);
        byte[] whole = Json.bytes(body);
        if (whole.length > most) {
            throw new Refused(KeptProblems.tooLong(whole.length, most));
        }
        return new Whole(
                whole, previous, conversation, before, home && before.isPresent(), dropped);
    }

    private static String text(ObjectNode body, String field) throws Refused {
        JsonNode value = body.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return "";
        }
        if (!value.isString() || value.stringValue().isEmpty()) {
            throw new Refused(KeptProblems.wrong(field, "an id"));
        }
        return value.stringValue();
    }

    private static String conversation(ObjectNode body) throws Refused {
        JsonNode value = body.path("conversation");
        return value instanceof ObjectNode named ? text(named, "id") : text(body, "conversation");
    }

    /// The turns up to an answer, the oldest first.
    private void chain(String last, ArrayNode input) throws Refused {
        Deque<KeptAnswer> turns = new ArrayDeque<>();
        Set<String> seen = new HashSet<>();
        for (String id = last; !id.isEmpty(); id = turns.getFirst().link().previous()) {
            Optional<byte[]> found =
                    seen.add(id) && seen.size() <= CHAIN_MAX
                            ? archive.get(client, id)
                            : Optional.empty();
            if (found.isEmpty() || !KeptAnswer.is(found.get())) {
                throw new Refused(KeptProblems.previousNotFound(last));
            }
            take(found.get().length);
            turns.addFirst(KeptAnswer.of(found.get()));
        }
        KeptAnswer newest = turns.getLast();
        if (!newest.continuable()) {
            throw new Refused(KeptProblems.unfinished(last, newest.status()));
        }
        lies(newest.link());
        opening(turns.getFirst(), last, input);
        for (KeptAnswer turn : turns) {
            for (ObjectNode item : InputItems.of(turn.inputTree())) {
                if (InputItems.isReference(item)) {
                    add(input, found(item.path("id").stringValue("")));
                } else {
                    add(input, item);
                }
            }
            turn.outputItems().forEach(item -> add(input, item));
        }
    }

    /// What stood in its conversation before the first of these turns.
    private void opening(KeptAnswer first, String last, ArrayNode input) throws Refused {
        String id = first.link().conversation();
        if (id.isEmpty()) {
            return;
        }
        Conversation conversation =
                Conversation.find(archive, client, id)
                        .orElseThrow(() -> new Refused(KeptProblems.previousNotFound(last)));
        take(conversation.bytes());
        Set<String> own = new HashSet<>();
        first.inputItems().forEach(item -> own.add(item.path("id").stringValue("")));
        first.outputItems().forEach(item -> own.add(item.path("id").stringValue("")));
        for (ObjectNode item : conversation.items()) {
            if (own.contains(item.path("id").stringValue(""))) {
                return;
            }
            add(input, item);
        }
    }

    /// An item that the request itself refers to.
    private ObjectNode referred(String id) throws Refused {
        Holding holding = holding(id);
        if (KeptAnswer.is(holding.content())) {
            KeptAnswer kept = KeptAnswer.of(holding.content());
            boolean said =
                    kept.outputItems().stream()
                            .anyMatch(item -> item.path("id").stringValue("").equals(id));
            home &= said;
            lies(kept.link());
        } else {
            home = false;
        }
        return in(holding, id);
    }

    private ObjectNode found(String id) throws Refused {
        return in(holding(id), id);
    }

    private Holding holding(String id) throws Refused {
        return archive.holding(client, id)
                .orElseThrow(() -> new Refused(KeptProblems.itemNotFound(id)));
    }

    private static ObjectNode in(Holding holding, String id) throws Refused {
        return KeptItems.of(holding.content()).stream()
                .filter(item -> item.path("id").stringValue("").equals(id))
                .findFirst()
                .orElseThrow(() -> new Refused(KeptProblems.itemNotFound(id)));
    }

    /// All that is referred to must lie with one account for it to be asked in the client's own bytes.
    private void lies(Link link) {
        boolean same = before.isEmpty() || before.equals(link.upstream());
        home &= same && link.home();
        before = link.upstream();
    }

    private void take(long more) throws Refused {
        bytes += more;
        if (bytes > most) {
            throw new Refused(KeptProblems.tooLong(bytes, most));
        }
        doors.room(more);
    }

    /// As it can be sent to whoever does not have it yet: without names that say nothing there, and
    /// without thoughts and calls of which only a part is there.
    private void add(ArrayNode input, ObjectNode item) {
        String type = item.path("type").stringValue("message");
        boolean cut = item.path("status").stringValue("").equals("incomplete");
        switch (type) {
            case "reasoning" -> {
                if (item.path("encrypted_content").stringValue("").isEmpty()) {
                    dropped.add("input.reasoning");
                    return;
                }
            }
            case "function_call", "custom_tool_call", "shell_call", "apply_patch_call" -> {
                if (cut) {
                    dropped.add("input." + type);
                    return;
                }
            }
            default -> {}
        }
        switch (type) {
            case "message",
                    "reasoning",
                    "function_call",
                    "function_call_output",
                    "custom_tool_call",
                    "custom_tool_call_output",
                    "tool_search_call",
                    "tool_search_output",
                    "shell_call",
                    "shell_call_output" ->
                    item.remove(List.of("id", "status"));
            case "apply_patch_call", "apply_patch_call_output" -> item.remove("id");
            // The rest is made by a provider's own tools, and needs its name.
            default -> {}
        }
        input.add(item);
    }
}
