package dev.switchgear.server;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// What one request of a provider tells of a conversation, in whatever dialect: every mark in its order,
/// by whom it is said, and to which call it belongs.
final class AgentReading {
    /// Where thoughts stand, whose words repeat what they are about.
    private static final Set<String> THOUGHTS =
            Set.of("reasoning", "reasoning_content", "reasoning_details", "thinking");

    /// What a model said of a conversation that the gateway asked it to sum up.
    private static final String SUMMED_UP =
            "This is a summary of what came before[^.]*\\.\\s+(?=\\S)";

    private static final Pattern MARK =
            Pattern.compile(
                    "\\b(?:user|call|result|answer|summary)-\\d\\d[a-z]?\\b|(?<picture>"
                            + Pattern.quote(AgentScript.PICTURE)
                            + ")|(?<file>"
                            + Pattern.quote(AgentScript.FILE)
                            + "|"
                            + Pattern.quote(AgentOfChat.base64(AgentScript.FILE))
                            + ")|(?<summary>"
                            + SUMMED_UP
                            + ")");

    /// What leads the simulated model, and is no part of what happened.
    private static final Pattern LEADING = Pattern.compile("\\[call [^]]*]|Say \"[^\"]*\"");

    /// By whom something is said.
    enum Voice {
        USER,
        MODEL,
        TOOL,
        /// Instructions.
        ABOVE,
        /// Nobody says.
        UNKNOWN
    }

    /// A mark.
    ///
    /// @param id of the call that it is, or that it answers; empty where the dialect has none
    /// @param tool whose call it is; empty where nobody says
    record Told(String mark, Voice voice, String id, String tool) {}

    /// Where in a request one is.
    private record Place(Voice voice, String id, String tool) {
        Place voice(Voice other) {
            return new Place(other, id, tool);
        }
    }

    private final List<Told> told = new ArrayList<>();
    private final List<String> texts = new ArrayList<>();
    private final Function<String, List<String>> named;

    private AgentReading(Function<String, List<String>> named) {
        this.named = named;
    }

    /// @param named the marks of an item that is only named
    static AgentReading of(JsonNode request, Function<String, List<String>> named) {
        var reading = new AgentReading(named);
        reading.read(request, new Place(Voice.UNKNOWN, "", ""));
        return reading;
    }

    static AgentReading of(JsonNode item) {
        return of(item, _ -> List.of());
    }

    /// Every mark, in [order](#ordered).
    List<String> marks() {
        return ordered(told.stream().map(Told::mark).toList());
    }

    /// The same marks in an order that says nothing of where within the user's words something is
    /// enclosed: in front of them, behind them, or in a list of its own.
    static List<String> ordered(List<String> marks) {
        List<String> ordered = new ArrayList<>();
        List<String> enclosed = new ArrayList<>();
        for (String mark : marks) {
            if (own(mark) != Voice.USER) {
                Collections.sort(enclosed);
                ordered.addAll(enclosed);
                enclosed.clear();
            }
            boolean goesAlong = mark.startsWith("picture-") || mark.startsWith("file-");
            (goesAlong ? enclosed : ordered).add(mark);
        }
        Collections.sort(enclosed);
        ordered.addAll(enclosed);
        return ordered;
    }

    /// All texts but for thoughts.
    List<String> texts() {
        return List.copyOf(texts);
    }

    /// What is told in a voice that is not its own; empty where all is well.
    List<Told> misplaced() {
        return told.stream()
                .filter(some -> some.voice() != Voice.UNKNOWN && some.voice() != own(some.mark()))
                .toList();
    }

    private static Voice own(String mark) {
        return switch (mark.substring(0, mark.indexOf('-'))) {
            case "call", "answer" -> Voice.MODEL;
            case "result" -> Voice.TOOL;
            default -> Voice.USER;
        };
    }

    /// What is wrong with how results belong to calls; empty where all is well.
    ///
    /// @param whole whether every call stands in the request itself
    List<String> mismatched(boolean whole) {
        List<String> wrong = new ArrayList<>();
        Map<String, Told> calls = new HashMap<>();
        Map<String, String> tools = new HashMap<>();
        for (Told some : told) {
            if (some.mark().startsWith("call-")) {
                tools.put(some.mark(), some.tool());
                if (!some.id().isEmpty() && calls.put(some.id(), some) != null) {
                    wrong.add("two calls are called " + some.id());
                }
            }
        }
        for (Told some : told) {
            if (some.mark().startsWith("result-")) {
                String of = some.mark().replace("result", "call");
                Told call = calls.get(some.id());
                boolean known = some.id().isEmpty() || (call == null && !whole);
                if (!known && (call == null || !call.mark().equals(of))) {
                    wrong.add(some + " answers " + call);
                }
                String tool = tools.getOrDefault(of, "");
                if (!some.tool().isEmpty() && !tool.isEmpty() && !tool.equals(some.tool())) {
                    wrong.add(some + " is of " + tool);
                }
            }
        }
        return wrong;
    }

    private void read(JsonNode node, Place place) {
        if (node.isString()) {
            text(node.stringValue(), place);
        }
        if (node.isArray()) {
            node.forEach(child -> read(child, place));
        }
        String type = text(node, "type");
        boolean thought = THOUGHTS.contains(type) || node.path("thought").asBoolean(false);
        if (!node.isObject() || thought) {
            return;
        }
        if (type.equals("item_reference")) {
            named.apply(text(node, "id"))
                    .forEach(mark -> told.add(new Told(mark, Voice.UNKNOWN, "", "")));
            return;
        }
        if (type.equals("compaction")) {
            told.add(new Told(AgentScript.SUMMED_UP, Voice.UNKNOWN, "", ""));
            return;
        }
        Place here = within(node, type, place);
        node.properties()
                .forEach(field -> {
                    if (!THOUGHTS.contains(field.getKey())) {
                        read(field.getValue(), under(field.getKey(), field.getValue(), here));
                    }
                });
    }

    private static Place within(JsonNode node, String type, Place outer) {
        Place place =
                switch (text(node, "role")) {
                    case "user" -> outer.voice(Voice.USER);
                    case "assistant", "model" -> outer.voice(Voice.MODEL);
                    case "system", "developer" -> outer.voice(Voice.ABOVE);
                    case "tool" ->
                            new Place(
                                    Voice.TOOL,
                                    text(node, "tool_call_id"),
                                    text(node, "tool_name"));
                    default -> outer;
                };
        if (type.equals("tool_use")) {
            return new Place(Voice.MODEL, text(node, "id"), text(node, "name"));
        }
        if (type.equals("tool_result")) {
            return new Place(Voice.TOOL, text(node, "tool_use_id"), "");
        }
        if (type.endsWith("_call") && node.has("call_id")) {
            return new Place(Voice.MODEL, text(node, "call_id"), text(node, "name"));
        }
        if (type.endsWith("_output") && node.has("call_id")) {
            return new Place(Voice.TOOL, text(node, "call_id"), "");
        }
        if (place.voice() == Voice.MODEL && node.path("function").isObject()) {
            return new Place(Voice.MODEL, text(node, "id"), text(node.get("function"), "name"));
        }
        return place;
    }

    private static Place under(String field, JsonNode value, Place outer) {
        return switch (field) {
            case "functionCall" -> new Place(Voice.MODEL, text(value, "id"), text(value, "name"));
            case "functionResponse" ->
                    new Place(Voice.TOOL, text(value, "id"), text(value, "name"));
            case "instructions", "system", "systemInstruction", "tools" -> outer.voice(Voice.ABOVE);
            default -> outer;
        };
    }

    private static String text(JsonNode node, String field) {
        return node.path(field).asString("");
    }

    private void text(String text, Place place) {
        texts.add(text);
        Matcher mark = MARK.matcher(LEADING.matcher(text).replaceAll(""));
        while (mark.find()) {
            add(
                    mark.group("picture") != null
                            ? AgentScript.Enclosed.PICTURE.mark()
                            : mark.group("file") != null
                                    ? AgentScript.Enclosed.FILE.mark()
                                    : mark.group("summary") != null
                                            ? AgentScript.SUMMED_UP
                                            : mark.group(),
                    place);
        }
    }

    private void add(String mark, Place place) {
        told.add(new Told(mark, place.voice(), place.id(), place.tool()));
    }
}
