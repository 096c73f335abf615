package dev.switchgear.dialects;

import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.Extra;
import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.chat.Turn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where marks of the prompt cache stand for providers that take them on parts of a content alone.
/// Stateless.
public final class CacheMarks {
    /// The version in a model's name: `gpt-5.6-sol`, `openai/gpt-6`.
    private static final Pattern GPT =
            Pattern.compile("(?:.*/)?gpt-(\\d{1,3})(?:\\.(\\d{1,3}))?(?:-.*)?");

    private static final String AUTOMATIC = "cache_control";

    /// How OpenAI's models from GPT-5.6 on are told to remember a prompt.
    public static final String OPTIONS = "prompt_cache_options";

    private CacheMarks() {}

    /// The same request with each mark on a part: one on a tool's result, or on its call, stands behind
    /// what is in the result, one on the whole request behind the last thing said.
    public static ChatRequest onParts(ChatRequest asked) {
        Optional<Part.CacheMark> whole = whole(asked);
        if (whole.isEmpty() && asked.turns().stream().allMatch(CacheMarks::settled)) {
            return asked;
        }
        var turns = new ArrayList<Turn>(asked.turns());
        if (whole.isPresent() && !turns.isEmpty()) {
            Turn last = turns.removeLast();
            var parts = new ArrayList<>(last.parts());
            parts.add(whole.get());
            turns.add(new Turn(last.role(), parts));
        }
        Map<String, Part.CacheMark> called = called(turns);
        turns.replaceAll(turn -> new Turn(turn.role(), within(turn.parts(), called)));
        List<Extra> others =
                asked.extras().stream().filter(extra -> !extra.field().equals(AUTOMATIC)).toList();
        return asked.withTurns(turns).withExtras(others);
    }

    /// A mark on the request itself, in the words of a client of Anthropic.
    private static Optional<Part.CacheMark> whole(ChatRequest asked) {
        if (asked.asked() != Dialect.ANTHROPIC) {
            return Optional.empty();
        }
        return asked.extras().stream()
                .filter(extra -> extra.field().equals(AUTOMATIC) && extra.value().isObject())
                .map(extra -> new Part.CacheMark(extra.value().path("ttl").asString("")))
                .findFirst();
    }

    private static boolean settled(Turn turn) {
        List<Part> parts = turn.parts();
        for (int i = 1; i < parts.size(); i++) {
            Part before = parts.get(i - 1);
            if (parts.get(i) instanceof Part.CacheMark
                    && (before instanceof Part.ToolResult || before instanceof Part.ToolCall)) {
                return false;
            }
        }
        return true;
    }

    /// The marks of calls, by the ids of those that were answered.
    private static Map<String, Part.CacheMark> called(List<Turn> turns) {
        var marked = new HashMap<String, Part.CacheMark>();
        var answered = new HashSet<String>();
        for (Turn turn : turns) {
            List<Part> parts = turn.parts();
            for (int i = 0; i < parts.size(); i++) {
                if (parts.get(i) instanceof Part.ToolResult result) {
                    answered.add(result.id());
                } else if (i > 0
                        && parts.get(i) instanceof Part.CacheMark mark
                        && parts.get(i - 1) instanceof Part.ToolCall call) {
                    marked.put(call.id(), mark);
                }
            }
        }
        marked.keySet().retainAll(answered);
        return marked;
    }

    private static List<Part> within(List<Part> parts, Map<String, Part.CacheMark> called) {
        var within = new ArrayList<Part>();
        for (Part part : parts) {
            if (part instanceof Part.CacheMark mark
                    && !within.isEmpty()
                    && within.getLast() instanceof Part.ToolResult result) {
                within.removeLast();
                within.add(marked(result, mark));
            } else if (part instanceof Part.ToolResult result && called.containsKey(result.id())) {
                within.add(marked(result, called.get(result.id())));
            } else if (!comesWithResult(part, within, called)) {
                within.add(part);
            }
        }
        return within;
    }

    private static boolean comesWithResult(
            Part part, List<Part> before, Map<String, Part.CacheMark> called) {
        return part instanceof Part.CacheMark
                && !before.isEmpty()
                && before.getLast() instanceof Part.ToolCall call
                && called.containsKey(call.id());
    }

    private static Part.ToolResult marked(Part.ToolResult result, Part.CacheMark mark) {
        var content = new ArrayList<>(result.content());
        if (!content.isEmpty() && content.getLast() instanceof Part.CacheMark) {
            content.removeLast();
        }
        content.add(mark);
        return new Part.ToolResult(
                result.id(), result.name(), content, result.error(), result.raw());
    }

    /// Whether a model takes a field that another one was asked with: only those that take breakpoints
    /// know options.
    public static boolean takes(String model, String field) {
        return !field.equals(OPTIONS) || breakpoints(model);
    }

    /// Whether OpenAI's model takes `prompt_cache_breakpoint`: from GPT-5.6 on; those before refuse
    /// it.
    public static boolean breakpoints(String model) {
        Matcher version = GPT.matcher(model);
        if (!version.matches()) {
            return false;
        }
        int major = Integer.parseInt(version.group(1));
        int minor = version.group(2) == null ? 0 : Integer.parseInt(version.group(2));
        return major > 5 || (major == 5 && minor >= 6);
    }
}
