package dev.switchgear.dialects.anthropic;

import dev.switchgear.dialects.Wording;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.chat.Media;
import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.chat.Role;
import dev.switchgear.families.llm.chat.Signature;
import dev.switchgear.families.llm.chat.Turn;
import dev.switchgear.families.llm.dialect.NotTranslatable;
import dev.switchgear.families.llm.model.Capability;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The turns of a request as the API takes them: system blocks apart, messages of the user and the
/// assistant in turn, each call of a tool answered exactly once at the head of the very next message.
///
/// Blank texts are left out (the API rejects them), and so are turns of nothing else. For one request
/// and one thread.
final class AnthropicTurnWriter {
    private final Wording wording;
    private final List<ObjectNode> system = new ArrayList<>();
    private final List<Message> messages = new ArrayList<>();

    /// System words that came after a turn of the assistant and wait for the user's next.
    private final List<ObjectNode> held = new ArrayList<>();

    private AnthropicTurnWriter(Wording wording) {
        this.wording = wording;
    }

    static AnthropicTurnWriter of(Wording wording) throws NotTranslatable {
        var conversation = new AnthropicTurnWriter(wording);
        for (Turn turn : wording.asked().turns()) {
            conversation.add(turn);
        }
        conversation.close();
        return conversation;
    }

    List<ObjectNode> system() {
        return system;
    }

    /// The last message is the assistant's, to be continued.
    boolean prefilled() {
        return messages.getLast().role == Role.ASSISTANT;
    }

    /// The model stands amid calling tools, and the turn of its first call does not begin with its own
    /// reasoning: older models then refuse to reason on.
    boolean callsWithoutReasoning() {
        int results = messages.size() - 1;
        if (results < 1 || messages.get(results).results.isEmpty()) {
            return false;
        }
        // It thinks before its first call, and perhaps not again until its tools have said all.
        while (results >= 3 && !messages.get(results - 2).results.isEmpty()) {
            results -= 2;
        }
        List<ObjectNode> blocks = messages.get(results - 1).blocks;
        return blocks.isEmpty() || !reasoning(blocks.getFirst());
    }

    ArrayNode written() {
        ArrayNode list = Json.array();
        for (Message message : messages) {
            ObjectNode written = list.addObject();
            written.put("role", word(message.role));
            List<ObjectNode> blocks = message.all();
            if (blocks.size() == 1 && plainText(blocks.getFirst())) {
                written.set("content", blocks.getFirst().get("text"));
            } else {
                written.putArray("content").addAll(blocks);
            }
        }
        return list;
    }

    /// A text without cache mark, citations or the like.
    static boolean plainText(ObjectNode block) {
        return block.size() == 2 && type(block).equals("text");
    }

    private static String word(Role role) {
        return switch (role) {
            case SYSTEM -> "system";
            case USER -> "user";
            case ASSISTANT -> "assistant";
        };
    }

    private static String type(JsonNode block) {
        return block.path("type").asString("");
    }

    private static boolean reasoning(ObjectNode block) {
        return type(block).equals("thinking") || type(block).equals("redacted_thinking");
    }

    private void add(Turn turn) throws NotTranslatable {
        Message message = new Message(turn.role());
        for (Part part : turn.parts()) {
            add(part, message);
        }
        if (message.empty()) {
            return;
        }
        if (turn.role() == Role.SYSTEM) {
            addSystem(message);
            return;
        }
        if (turn.role() == Role.USER && !held.isEmpty()) {
            message.blocks.addAll(0, held);
            held.clear();
        }
        append(message);
    }

    private void append(Message message) {
        if (!messages.isEmpty() && messages.getLast().role == message.role) {
            messages.getLast().join(message);
        } else {
            messages.add(message);
        }
    }

    private void addSystem(Message message) {
        if (messages.isEmpty()) {
            system.addAll(message.blocks);
            return;
        }
        boolean afterUser = messages.getLast().role == Role.USER;
        // The newest models take them where they stand; moved, they do for all.
        wording.drop("system: amid the turns; moved into the user's words beside it");
        for (ObjectNode block : message.blocks) {
            block.put("text", "<system>\n" + block.path("text").asString("") + "\n</system>");
        }
        if (afterUser) {
            messages.getLast().blocks.addAll(message.blocks);
        } else {
            held.addAll(message.blocks);
        }
    }

    private void close() throws NotTranslatable {
        if (!held.isEmpty()) {
            var last = new Message(Role.USER);
            last.blocks.addAll(held);
            append(last);
        }
        if (messages.isEmpty() && !system.isEmpty()) {
            wording.drop("system: the only words there are; sent as the user's");
            var only = new Message(Role.USER);
            only.blocks.addAll(system);
            system.clear();
            append(only);
        }
        if (messages.isEmpty()) {
            throw new NotTranslatable("messages", "they hold nothing that can be sent");
        }
        if (messages.getFirst().role != Role.USER) {
            throw new NotTranslatable("messages", "Anthropic's begin with the user");
        }
        pair();
        if (prefilled()) {
            wording.continued();
            trimLast();
        }
    }

    /// The API rejects white space at the end of what is to be continued.
    private void trimLast() {
        List<ObjectNode> blocks = messages.getLast().blocks;
        ObjectNode last = blocks.getLast();
        if (type(last).equals("text")) {
            last.put("text", last.path("text").asString("").stripTrailing());
        }
    }

    /// Gives each call its id and exactly one result in the message behind it.
    private void pair() throws NotTranslatable {
        var taken = new HashSet<String>();
        for (int i = 0; i < messages.size(); i++) {
            Message message = messages.get(i);
            if (message.role == Role.USER && !message.results.isEmpty()) {
                // Results with a call were taken out of here when the call was looked at.
                boolean answered = i > 0 && !messages.get(i - 1).calls.isEmpty();
                if (!answered) {
                    throw uncalled(message.results.getFirst().id);
                }
            }
            if (message.calls.isEmpty()) {
                continue;
            }
            if (i + 1 == messages.size() || messages.get(i + 1).role != Role.USER) {
                messages.add(i + 1, new Message(Role.USER));
            }
            pair(message.calls, messages.get(i + 1), taken);
        }
    }

    private void pair(List<Tied> calls, Message answers, Set<String> taken) throws NotTranslatable {
        Map<String, Deque<Tied>> results = new HashMap<>();
        for (Tied result : answers.results) {
            results.computeIfAbsent(result.id, _ -> new ArrayDeque<>()).add(result);
        }
        Map<String, Integer> calledLater = new HashMap<>();
        for (Tied call : calls) {
            calledLater.merge(call.id, 1, Integer::sum);
        }
        var paired = new ArrayList<Tied>();
        for (Tied call : calls) {
            String id = unused(AnthropicToolIds.fit(call.id), taken);
            call.block.put("id", id);
            Deque<Tied> given = results.getOrDefault(call.id, new ArrayDeque<>());
            int left = calledLater.merge(call.id, -1, Integer::sum);
            Tied result;
            if (given.isEmpty()) {
                wording.drop("messages: a call of a tool without a result was given an error");
                result = missing(call.id);
            } else {
                // The last of several results holds.
                while (given.size() > left + 1) {
                    wording.drop("messages: a second result of one call of a tool");
                    given.removeFirst();
                }
                result = given.removeFirst();
            }
            result.block.put("tool_use_id", id);
            paired.add(result);
        }
        for (Tied result : answers.results) {
            if (!calledLater.containsKey(result.id)) {
                throw uncalled(result.id);
            }
        }
        answers.results.clear();
        answers.results.addAll(paired);
    }

    private static NotTranslatable uncalled(String id) {
        return new NotTranslatable(
                "messages", "a result of the tool call " + id + ", which the turn before lacks");
    }

    private static Tied missing(String id) {
        ObjectNode block =
                Json.object()
                        .put("type", "tool_result")
                        .put("tool_use_id", id)
                        .put("content", "The tool gave no result.")
                        .put("is_error", true);
        return new Tied(id, block);
    }

    /// Ids must not come twice in a conversation; some providers count them from 0 in each turn.
    private static String unused(String id, Set<String> taken) {
        String free = id;
        for (int n = 2; !taken.add(free); n++) {
            String suffix = "_" + n;
            free = id.substring(0, Math.min(id.length(), 64 - suffix.length())) + suffix;
        }
        return free;
    }

    private void add(Part part, Message message) throws NotTranslatable {
        boolean assistant = message.role == Role.ASSISTANT;
        switch (part) {
            case Part.CacheMark mark -> mark(mark, message);
            case Part.Foreign foreign -> foreign(foreign, message);
            case Part.Text text -> message.text(text.text());
            case Part.Refusal refusal -> message.text(refusal.text());
            case Part.ToolCall call when assistant -> {
                ObjectNode block =
                        Json.object()
                                .put("type", "tool_use")
                                .put("id", call.id())
                                .put("name", call.name());
                block.set("input", input(call.arguments()));
                if (call.signature().isPresent()) {
                    wording.drop("signature: of a tool call, by another provider");
                }
                message.calls.add(new Tied(call.id(), block));
                message.put(block);
            }
            case Part.ToolResult result when message.role == Role.USER -> result(result, message);
            case Part.Thinking thinking when assistant -> thinking(thinking, message);
            case Part.HiddenThinking hidden when assistant -> {
                if (ours(hidden.signature())) {
                    message.put(
                            Json.object()
                                    .put("type", "redacted_thinking")
                                    .put("data", hidden.signature().value()));
                } else {
                    message.skipped();
                    wording.drop("reasoning: hidden, by another provider or model");
                }
            }
            case Part.Image image when message.role == Role.USER -> message.put(image(image));
            case Part.Document document when message.role == Role.USER ->
                    message.put(document(document));
            case Part.Audio _ ->
                    throw new NotTranslatable("input_audio", "Anthropic takes no audio");
            case Part.ToolCall _,
                    Part.ToolResult _,
                    Part.Thinking _,
                    Part.HiddenThinking _,
                    Part.Image _,
                    Part.Document _ ->
                    throw new NotTranslatable(
                            "messages",
                            part.getClass().getSimpleName()
                                    + " has no place in a turn of the "
                                    + word(message.role));
        }
    }

    private boolean ours(Signature signature) {
        return wording.signed(signature, Dialect.ANTHROPIC);
    }

    private void thinking(Part.Thinking thinking, Message message) {
        Optional<Signature> signature = thinking.signature();
        if (signature.isEmpty() || !ours(signature.get())) {
            // The API would answer 400, whether the signature is empty or another's.
            message.skipped();
            wording.drop("reasoning: not signed by this provider and model");
            return;
        }
        message.put(
                Json.object()
                        .put("type", "thinking")
                        .put("thinking", thinking.text())
                        .put("signature", signature.get().value()));
    }

    /// The API wants an object; what a model made of it may be none.
    private JsonNode input(String arguments) {
        if (arguments.isBlank()) {
            return Json.object();
        }
        try {
            JsonNode input = Json.read(arguments);
            if (input.isObject()) {
                return input;
            }
        } catch (JacksonException brokenOff) {
            wording.drop("arguments: of a tool call, not JSON; sent as the text `_raw`");
            return Json.object().put("_raw", arguments);
        }
        wording.drop("arguments: of a tool call, not an object; sent as the text `_raw`");
        return Json.object().put("_raw", arguments);
    }

    private void result(Part.ToolResult result, Message message) throws NotTranslatable {
        ObjectNode block = Json.object().put("type", "tool_result").put("tool_use_id", result.id());
        var inner = new Message(Role.USER);
        for (Part part : result.content()) {
            if (part instanceof Part.ToolResult) {
                throw new NotTranslatable("messages", "a result of a tool within another");
            }
            add(part, inner);
        }
        if (inner.blocks.size() == 1 && plainText(inner.blocks.getFirst())) {
            block.set("content", inner.blocks.getFirst().get("text"));
        } else if (!inner.blocks.isEmpty()) {
            block.putArray("content").addAll(inner.blocks);
        }
        if (result.error()) {
            block.put("is_error", true);
        }
        message.result(new Tied(result.id(), block));
    }

    private ObjectNode image(Part.Image image) throws NotTranslatable {
        return image(image.media());
    }

    private ObjectNode image(Media media) throws NotTranslatable {
        wording.demand(wording.takes(Capability.VISION), "image", "images");
        ObjectNode block = Json.object().put("type", "image");
        block.set("source", AnthropicMedia.image(media));
        return block;
    }

    private ObjectNode document(Part.Document document) throws NotTranslatable {
        Optional<ObjectNode> source = AnthropicMedia.document(document.media());
        if (source.isEmpty()) {
            return image(document.media());
        }
        boolean text = type(source.get()).equals("text");
        wording.demand(text || wording.takes(Capability.DOCUMENTS), "document", "documents");
        ObjectNode block = Json.object().put("type", "document");
        block.set("source", source.get());
        if (!document.name().isEmpty()) {
            block.put("title", document.name());
        }
        return block;
    }

    private void foreign(Part.Foreign foreign, Message message) throws NotTranslatable {
        if (foreign.dialect() != Dialect.ANTHROPIC) {
            message.skipped();
            wording.foreign(foreign);
            return;
        }
        int point = foreign.kind().indexOf('.');
        if (point < 0) {
            // A copy: a cache mark within it may have to go.
            if (foreign.raw().deepCopy() instanceof ObjectNode block) {
                message.put(block);
            }
            return;
        }
        Optional<ObjectNode> before = message.last();
        if (before.isPresent() && type(before.get()).equals(foreign.kind().substring(0, point))) {
            before.get().set(foreign.kind().substring(point + 1), foreign.raw());
        }
    }

    private void mark(Part.CacheMark mark, Message message) {
        Optional<ObjectNode> before = message.last();
        if (before.isEmpty() || reasoning(before.get())) {
            wording.drop("cache_control: behind nothing that can be marked");
            return;
        }
        before.get().set("cache_control", cacheControl(mark));
    }

    static ObjectNode cacheControl(Part.CacheMark mark) {
        ObjectNode control = Json.object().put("type", "ephemeral");
        if (mark.ttl().equals("5m") || mark.ttl().equals("1h")) {
            control.put("ttl", mark.ttl());
        }
        return control;
    }

    /// A call or a result, and the client's id of the call.
    private record Tied(String id, ObjectNode block) {}

    /// A message in the making.
    private static final class Message {
        private final Role role;
        private final List<Tied> results = new ArrayList<>();
        private final List<ObjectNode> blocks = new ArrayList<>();
        private final List<Tied> calls = new ArrayList<>();
        private Optional<ObjectNode> last = Optional.empty();

        Message(Role role) {
            this.role = role;
        }

        /// The block that a mark or a field behind it belongs to.
        Optional<ObjectNode> last() {
            return last;
        }

        void put(ObjectNode block) {
            blocks.add(block);
            last = Optional.of(block);
        }

        void text(String text) {
            if (!text.isBlank()) {
                put(Json.object().put("type", "text").put("text", text));
            }
        }

        void result(Tied result) {
            results.add(result);
            last = Optional.of(result.block);
        }

        /// A block was left out: what is said of it must not stick to the one before.
        void skipped() {
            last = Optional.empty();
        }

        boolean empty() {
            return results.isEmpty() && blocks.isEmpty();
        }

        void join(Message next) {
            results.addAll(next.results);
            blocks.addAll(next.blocks);
            calls.addAll(next.calls);
        }

        List<ObjectNode> all() {
            var all = new ArrayList<ObjectNode>(results.size() + blocks.size());
            results.forEach(result -> all.add(result.block));
            all.addAll(blocks);
            return all;
        }
    }
}
