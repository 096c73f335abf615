package dev.switchgear.dialects;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.dialects.json.JsonEdits;
import dev.switchgear.dialects.json.JsonMember;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.chat.Part.CacheMark;
import dev.switchgear.families.llm.chat.Role;
import dev.switchgear.families.llm.chat.Tool;
import dev.switchgear.families.llm.chat.Turn;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Marks prompts of which the client marked nothing, for models that remember only what is marked:
/// behind the tools, behind the system texts, and behind the last two turns of the user, so four at
/// most. The last but one was the last in the request before, so it is found again however much was
/// said since; the marks before it serve conversations that begin alike. What is shorter than the
/// model remembers at all is not marked. Stateless.
///
/// A token is taken to be four bytes. Where that is wrong a mark is missing that would have paid, or
/// stands where the provider passes over it, which costs nothing.
public final class AutomaticMarks {
    private static final String MARK = "cache_control";
    private static final int TOKEN_BYTES = 4;
    private static final int LEAST_TOKENS = 1024;

    /// What an image or a document is taken to be worth.
    private static final long MEDIUM_BYTES = 4_000;

    /// The least prompt that a model remembers, by Anthropic's table (2026); 1,024 for those that are
    /// not here.
    private static final List<Least> LEAST =
            List.of(
                    new Least(".*claude-(?:opus-5|fable|mythos).*", 512),
                    new Least(".*claude-(?:opus-4-[56]|haiku-4-5)(?!\\d).*", 4096),
                    new Least(".*claude-(?:opus-4-7(?!\\d)|3-5-haiku|3-haiku|haiku-3).*", 2048));

    /// A key of an object: in a text its quotes would be escaped.
    private static final List<byte[]> KEYS =
            List.of(
                    "\"cache_control\"".getBytes(StandardCharsets.US_ASCII),
                    "\"prompt_cache_breakpoint\"".getBytes(StandardCharsets.US_ASCII));

    /// How a dialect writes a prompt.
    ///
    /// @param asking the roles of what a model is asked, results of tools among it
    /// @param markable the kinds of parts that take a mark
    /// @param systemAmid whether system texts are messages; else they stand beside them
    public record Shape(Set<String> asking, Set<String> markable, boolean systemAmid) {
        /// Anthropic's.
        public static final Shape MESSAGES =
                new Shape(
                        Set.of("user"),
                        Set.of("text", "image", "document", "tool_result", "search_result"),
                        false);

        /// Chat, as OpenRouter takes it.
        public static final Shape CHAT = new Shape(Set.of("user", "tool"), Set.of("text"), true);

        public Shape {
            asking = Set.copyOf(asking);
            markable = Set.copyOf(markable);
        }
    }

    private record Least(Pattern models, int tokens) {
        Least(String models, int tokens) {
            this(Pattern.compile(models), tokens);
        }
    }

    private AutomaticMarks() {}

    /// Whether a model is one of Claude's, by its name at whoever offers it.
    public static boolean claude(String model) {
        return model.contains("claude");
    }

    /// The least prompt that a model of Claude's remembers, in tokens.
    static int leastTokens(String model) {
        String dashed = model.replace('.', '-');
        for (Least least : LEAST) {
            if (least.models().matcher(dashed).matches()) {
                return least.tokens();
            }
        }
        return LEAST_TOKENS;
    }

    private static long leastBytes(String model) {
        return (long) leastTokens(model) * TOKEN_BYTES;
    }

    /// The same request with marks; the same as it is where the client set one, or where none would
    /// pay.
    ///
    /// @param model for whose cache
    public static ChatRequest on(ChatRequest asked, String model, CacheMark mark) {
        long least = leastBytes(model);
        if (marked(asked)) {
            return asked;
        }
        long before = 0;
        var tools = new ArrayList<>(asked.tools());
        for (Tool tool : tools) {
            before += bytes(tool);
        }
        boolean changed = before >= least && marksLast(tools, mark);
        var turns = new ArrayList<>(asked.turns());
        Set<Integer> ends = ends(turns);
        for (int i = 0; i < turns.size(); i++) {
            Turn turn = turns.get(i);
            before += bytes(turn.parts());
            if (ends.contains(i) && before >= least && markable(turn)) {
                var parts = new ArrayList<>(turn.parts());
                parts.add(mark);
                turns.set(i, new Turn(turn.role(), parts));
                changed = true;
            }
        }
        return changed ? asked.withTools(tools, asked.toolChoice()).withTurns(turns) : asked;
    }

    private static boolean marksLast(List<Tool> tools, CacheMark mark) {
        if (!(tools.getLast() instanceof Tool.Function last)) {
            return false;
        }
        tools.set(
                tools.size() - 1,
                new Tool.Function(
                        last.name(),
                        last.description(),
                        last.parameters(),
                        last.strict(),
                        Optional.of(mark)));
        return true;
    }

    /// The turns that marks may stand behind: the last of the system's at the beginning, and the last
    /// two of the user's.
    private static Set<Integer> ends(List<Turn> turns) {
        var ends = new HashSet<Integer>();
        int system = 0;
        while (system < turns.size() && turns.get(system).role() == Role.SYSTEM) {
            system++;
        }
        if (system > 0) {
            ends.add(system - 1);
        }
        int users = 0;
        for (int i = turns.size() - 1; i >= system && users < 2; i--) {
            if (turns.get(i).role() == Role.USER) {
                ends.add(i);
                users++;
            }
        }
        return ends;
    }

    private static boolean markable(Turn turn) {
        if (turn.parts().isEmpty()) {
            return false;
        }
        return switch (turn.parts().getLast()) {
            case Part.Text text -> !text.text().isBlank();
            case Part.Image _, Part.Document _, Part.ToolResult _ -> true;
            case Part.Audio _,
                    Part.ToolCall _,
                    Part.Thinking _,
                    Part.HiddenThinking _,
                    Part.Refusal _,
                    Part.CacheMark _,
                    Part.Foreign _ ->
                    false;
        };
    }

    private static boolean marked(ChatRequest asked) {
        return asked.turns().stream().anyMatch(turn -> marked(turn.parts()))
                || asked.extras().stream().anyMatch(extra -> extra.field().equals(MARK))
                || asked.tools().stream().anyMatch(AutomaticMarks::marked);
    }

    private static boolean marked(Tool tool) {
        return switch (tool) {
            case Tool.Function function -> function.cacheMark().isPresent();
            case Tool.Hosted hosted -> hosted.raw().has(MARK);
        };
    }

    private static boolean marked(List<Part> parts) {
        for (Part part : parts) {
            if (part instanceof CacheMark
                    || (part instanceof Part.ToolResult result && marked(result.content()))) {
                return true;
            }
        }
        return false;
    }

    private static long bytes(Tool tool) {
        return switch (tool) {
            case Tool.Function function ->
                    function.name().length()
                            + function.description().length()
                            + function.parameters().map(JsonNode::toString).orElse("").length();
            case Tool.Hosted hosted -> hosted.raw().toString().length();
        };
    }

    private static long bytes(List<Part> parts) {
        long bytes = 0;
        for (Part part : parts) {
            bytes +=
                    switch (part) {
                        case Part.Text text -> text.text().length();
                        case Part.Refusal refusal -> refusal.text().length();
                        case Part.ToolCall call -> call.name().length() + call.arguments().length();
                        case Part.ToolResult result -> bytes(result.content());
                        case Part.Thinking thinking -> thinking.text().length();
                        case Part.Image _, Part.Document _, Part.Audio _ -> MEDIUM_BYTES;
                        case Part.HiddenThinking _, Part.CacheMark _, Part.Foreign _ -> 0;
                    };
        }
        return bytes;
    }

    /// The same bytes with marks; the same array where the client set one, or where none would pay.
    ///
    /// @param body well-formed JSON
    /// @param model for whose cache
    public static byte[] in(byte[] body, Shape shape, String model, CacheMark mark) {
        long least = leastBytes(model);
        if (body.length < least || marked(body)) {
            return body;
        }
        return new Edit(body, shape, least, mark).marked();
    }

    private static boolean marked(byte[] body) {
        for (byte[] key : KEYS) {
            for (int at = find(body, key, 0); at >= 0; at = find(body, key, at + 1)) {
                int behind = at + key.length;
                while (behind < body.length && body[behind] <= ' ' && body[behind] >= 0) {
                    behind++;
                }
                if (body[at - 1] != '\\' && behind < body.length && body[behind] == ':') {
                    return true;
                }
            }
        }
        return false;
    }

    /// Where `key` stands at or behind `from`, which is never the first byte; -1 for nowhere.
    private static int find(byte[] body, byte[] key, int from) {
        for (int at = Math.max(1, from); at <= body.length - key.length; at++) {
            int same = 0;
            while (same < key.length && body[at + same] == key[same]) {
                same++;
            }
            if (same == key.length) {
                return at;
            }
        }
        return -1;
    }

    /// One body. For one thread, once.
    private static final class Edit {
        private final byte[] body;
        private final Shape shape;
        private final long least;
        private final JsonEdits edits;
        private final String control;

        Edit(byte[] body, Shape shape, long least, CacheMark mark) {
            this.body = body;
            this.shape = shape;
            this.least = least;
            this.edits = new JsonEdits(body);
            ObjectNode written = Json.object().put("type", "ephemeral");
            if (!mark.ttl().isEmpty()) {
                written.put("ttl", mark.ttl());
            }
            this.control = ",\"" + MARK + "\":" + Json.text(written);
        }

        byte[] marked() {
            List<JsonMember> top = JsonMember.of(body, 0);
            long before = 0;
            Optional<JsonMember> tools = named(top, "tools");
            if (tools.isPresent()) {
                before += tools.get().to() - tools.get().valueFrom();
                if (before >= least) {
                    tools(tools.get().valueFrom());
                }
            }
            Optional<JsonMember> system = named(top, "system");
            if (!shape.systemAmid() && system.isPresent()) {
                before += system.get().to() - system.get().valueFrom();
                if (before >= least) {
                    content(system.get());
                }
            }
            Optional<JsonMember> messages = named(top, "messages");
            if (messages.isPresent()) {
                messages(messages.get().valueFrom(), before);
            }
            return edits.applied();
        }

        private static Optional<JsonMember> named(List<JsonMember> members, String name) {
            return members.stream()
                    .filter(member -> member.name().equals(name))
                    .reduce((_, last) -> last);
        }

        /// The last tool that is seen from the beginning: one that is loaded later takes no mark.
        private void tools(int from) {
            List<Integer> bounds = JsonMember.elements(body, from);
            for (int i = bounds.size() - 2; i >= 0; i -= 2) {
                List<JsonMember> tool = JsonMember.of(body, bounds.get(i));
                boolean later =
                        named(tool, "defer_loading")
                                .filter(member -> member.value(body).equals("true"))
                                .isPresent();
                if (!tool.isEmpty() && !later) {
                    insert(bounds.get(i + 1));
                    return;
                }
            }
        }

        private void messages(int from, long before) {
            List<Integer> bounds = JsonMember.elements(body, from);
            var roles = new ArrayList<String>();
            for (int i = 0; i < bounds.size(); i += 2) {
                roles.add(
                        named(JsonMember.of(body, bounds.get(i)), "role")
                                .map(this::text)
                                .orElse(""));
            }
            int system = 0;
            while (shape.systemAmid()
                    && system < roles.size()
                    && (roles.get(system).equals("system")
                            || roles.get(system).equals("developer"))) {
                system++;
            }
            if (system > 0) {
                message(bounds, system - 1, from, before);
            }
            int turns = 0;
            for (int i = roles.size() - 1; i >= system && turns < 2; i--) {
                boolean ends =
                        shape.asking().contains(roles.get(i))
                                && (i == roles.size() - 1
                                        || !shape.asking().contains(roles.get(i + 1)));
                if (ends) {
                    message(bounds, i, from, before);
                    turns++;
                }
            }
        }

        private void message(List<Integer> bounds, int index, int from, long before) {
            if (before + bounds.get(2 * index + 1) - from >= least) {
                named(JsonMember.of(body, bounds.get(2 * index)), "content")
                        .ifPresent(this::content);
            }
        }

        /// Marks a text, or the last part that takes a mark.
        private void content(JsonMember content) {
            if (body[content.valueFrom()] == '"') {
                if (!text(content).isBlank()) {
                    edits.replace(
                            content.valueFrom(),
                            content.valueFrom(),
                            "[{\"type\":\"text\",\"text\":");
                    edits.replace(content.to(), content.to(), control + "}]");
                }
                return;
            }
            List<Integer> bounds = JsonMember.elements(body, content.valueFrom());
            for (int i = bounds.size() - 2; i >= 0; i -= 2) {
                List<JsonMember> part = JsonMember.of(body, bounds.get(i));
                String type = named(part, "type").map(this::text).orElse("");
                boolean silent =
                        type.equals("text")
                                && named(part, "text").map(this::text).orElse("").isBlank();
                if (shape.markable().contains(type) && !silent) {
                    insert(bounds.get(i + 1));
                    return;
                }
            }
        }

        /// Puts the mark into the object that ends before `behind`.
        private void insert(int behind) {
            edits.replace(behind - 1, behind - 1, control);
        }

        /// The text of a member; empty where it is none.
        private String text(JsonMember member) {
            return body[member.valueFrom()] == '"'
                    ? Json.read(body, member.valueFrom(), member.to()).asString("")
                    : "";
        }
    }
}
