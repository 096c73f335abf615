package dev.switchgear.dialects;

import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.chat.Tool;
import dev.switchgear.families.llm.chat.ToolChoice;
import dev.switchgear.families.llm.chat.Turn;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Names of tools as a provider takes them: ASCII letters, digits and `signs`. Another name goes out
/// as one made of it, which the answer's reader puts back. Immutable.
///
/// The name sent is the client's with each foreign sign as `_`, cut, and a hash of the whole behind
/// it: the same in every turn and every request, so that a provider's prompt cache holds.
///
/// @param charsMax 64 or more, so that something readable stands before the longest hash
/// @param letterFirst whether it must begin with a letter or `_`
/// @param reserved names that mean something of ours there
public record ToolNames(int charsMax, String signs, boolean letterFirst, Set<String> reserved) {
    /// Any name that is one.
    public static final ToolNames ANY = new ToolNames(Integer.MAX_VALUE, "", false, Set.of());

    private static final int CHARS_LEAST = 64;
    private static final List<Integer> HASH_CHARS = List.of(8, 16, 32, 48);

    public ToolNames {
        if (charsMax < CHARS_LEAST) {
            throw new IllegalArgumentException(
                    "tool-names: "
                            + charsMax
                            + " characters (expected: "
                            + CHARS_LEAST
                            + " or more)");
        }
        reserved = Set.copyOf(reserved);
    }

    /// What is sent in place of what the client asked.
    ///
    /// @param originals the client's name of each that was replaced
    record Fitted(ChatRequest asked, Map<String, String> originals) {}

    /// The same request where all names fit.
    Fitted fit(ChatRequest asked) {
        Set<String> names = names(asked);
        if (names.stream().allMatch(this::takes)) {
            return new Fitted(asked, Map.of());
        }
        Map<String, String> originals = new HashMap<>();
        Map<String, String> sent = new HashMap<>();
        var taken = new LinkedHashSet<>(names);
        taken.addAll(hosted(asked.tools()));
        for (String name : names) {
            if (!takes(name)) {
                String other = other(name, taken);
                taken.add(other);
                originals.put(other, name);
                sent.put(name, other);
            }
        }
        return new Fitted(renamed(asked, sent), originals);
    }

    boolean takes(String name) {
        if (name.isEmpty() || name.length() > charsMax || reserved.contains(name)) {
            return false;
        }
        if (charsMax == Integer.MAX_VALUE) {
            return true;
        }
        if (letterFirst && !begins(name.charAt(0))) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            if (!taken(name.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private boolean taken(char c) {
        return letter(c) || (c >= '0' && c <= '9') || signs.indexOf(c) >= 0;
    }

    private static boolean begins(char c) {
        return letter(c) || c == '_';
    }

    private static boolean letter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    /// Two names whose hashes begin alike get more of it.
    private String other(String name, Set<String> taken) {
        String hash = Hashes.hex(name.getBytes(StandardCharsets.UTF_8), 32);
        String clean = clean(name);
        for (int chars : HASH_CHARS) {
            int head = Math.min(clean.length(), charsMax - 1 - chars);
            String other = clean.substring(0, head) + "_" + hash.substring(0, chars);
            if (!taken.contains(other) && !reserved.contains(other)) {
                return other;
            }
        }
        throw new IllegalStateException("two names of tools with one hash");
    }

    /// Only as much of it as can be sent.
    private String clean(String name) {
        if (name.isEmpty()) {
            return "tool";
        }
        var clean = new StringBuilder();
        if (letterFirst && !begins(name.charAt(0))) {
            clean.append('_');
        }
        for (int i = 0; i < name.length() && clean.length() < charsMax; i++) {
            char c = name.charAt(i);
            clean.append(taken(c) ? c : '_');
        }
        return clean.toString();
    }

    /// Of tools that the request describes, in the order in which they are named.
    private static Set<String> names(ChatRequest asked) {
        var names = new LinkedHashSet<String>();
        for (Tool tool : asked.tools()) {
            if (tool instanceof Tool.Function function) {
                names.add(function.name());
            }
        }
        Set<String> hosted = hosted(asked.tools());
        switch (asked.toolChoice()) {
            case ToolChoice.Named named -> names.add(named.name());
            case ToolChoice.Among among -> names.addAll(among.names());
            case ToolChoice.Unsaid _,
                    ToolChoice.Auto _,
                    ToolChoice.None _,
                    ToolChoice.Required _ -> {}
        }
        for (Turn turn : asked.turns()) {
            for (Part part : turn.parts()) {
                if (part instanceof Part.ToolCall call) {
                    names.add(call.name());
                }
            }
        }
        names.removeAll(hosted);
        return names;
    }

    /// Those of a provider's own tools, which are sent as they came.
    private static Set<String> hosted(List<Tool> tools) {
        var names = new LinkedHashSet<String>();
        for (Tool tool : tools) {
            if (tool instanceof Tool.Hosted hosted) {
                names.add(hosted.raw().path("name").asString(hosted.kind()));
                names.add(hosted.raw().path(hosted.kind()).path("name").asString(hosted.kind()));
            }
        }
        return names;
    }

    private static ChatRequest renamed(ChatRequest asked, Map<String, String> sent) {
        List<Tool> tools =
                asked.tools().stream()
                        .map(tool ->
                                tool instanceof Tool.Function function
                                        ? renamed(function, sent)
                                        : tool)
                        .toList();
        ToolChoice choice =
                switch (asked.toolChoice()) {
                    case ToolChoice.Named(String name) ->
                            new ToolChoice.Named(sent.getOrDefault(name, name));
                    case ToolChoice.Among(List<String> names, boolean required) ->
                            new ToolChoice.Among(
                                    names.stream()
                                            .map(name -> sent.getOrDefault(name, name))
                                            .toList(),
                                    required);
                    case ToolChoice.Unsaid _,
                            ToolChoice.Auto _,
                            ToolChoice.None _,
                            ToolChoice.Required _ ->
                            asked.toolChoice();
                };
        List<Turn> turns =
                asked.turns().stream()
                        .map(turn ->
                                new Turn(
                                        turn.role(),
                                        turn.parts().stream()
                                                .map(part -> renamed(part, sent))
                                                .toList()))
                        .toList();
        return asked.withTools(tools, choice).withTurns(turns);
    }

    private static Tool renamed(Tool.Function function, Map<String, String> sent) {
        return function.named(sent.getOrDefault(function.name(), function.name()));
    }

    private static Part renamed(Part part, Map<String, String> sent) {
        return switch (part) {
            case Part.ToolCall call -> call.named(sent.getOrDefault(call.name(), call.name()));
            case Part.ToolResult result ->
                    result.named(sent.getOrDefault(result.name(), result.name()));
            case Part.Text _,
                    Part.Image _,
                    Part.Document _,
                    Part.Audio _,
                    Part.Thinking _,
                    Part.HiddenThinking _,
                    Part.Refusal _,
                    Part.CacheMark _,
                    Part.Foreign _ ->
                    part;
        };
    }
}
