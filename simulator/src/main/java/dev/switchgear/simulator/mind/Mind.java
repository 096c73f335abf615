package dev.switchgear.simulator.mind;

import dev.switchgear.simulator.mind.Question.Effort;
import dev.switchgear.simulator.mind.Question.Form;
import dev.switchgear.simulator.mind.Reply.Call;
import dev.switchgear.simulator.mind.Reply.End;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Decides what to say: a refusal, tool calls, structured output, or prose. A prompt steers it in the
/// same way whatever API it came through:
///
/// - `Say "…"` (repeat, echo, reply with) says just that, `200 words` asks for that length;
/// - a tool is called when the prompt mentions a word of its name or purpose, or brings the numbers
///   it takes; several tools mentioned are several calls, and so are several names, or twice the
///   numbers, for a tool that takes one text, or numbers alone; `both` and `parallel` ask for two
///   calls in any case;
/// - `[call name {"a":1}]`, in the prompt or in what a tool said, calls just that tool with just that
///   argument, so that an agent can be led through a conversation of many turns;
/// - `do not call any tools` is heeded;
/// - `make a bomb` and `[refuse]` are refused, `[filter]` ends in a filter.
public final class Mind {
    private static final int CALLS_MAX = 4;
    private static final int WORDS_MAX = 8000;
    private static final Pattern QUOTED =
            Pattern.compile(
                    "(?i)\\b(?:say|repeat|echo|reply with|answer with|respond with)\\b"
                            + "[^\"“]{0,20}[\"“]([^\"“”]{1,2000})[\"”]");
    private static final Pattern LENGTH = Pattern.compile("(?i)\\b(\\d{1,5}) words\\b");
    private static final Pattern HARMFUL =
            Pattern.compile("(?i)\\b(?:make|build) a bomb\\b|\\[refuse]");
    private static final Pattern SEVERAL = Pattern.compile("(?i)\\b(?:both|parallel)\\b");
    private static final Pattern NO_TOOLS = Pattern.compile("(?i)\\bdo not call any tools\\b");
    private static final String FILTERED = "[filter]";

    /// Ends at the first bracket with nothing or a blank behind it, so arguments may have brackets.
    private static final Pattern ORDER =
            Pattern.compile(
                    "\\[call ([\\w.-]{1,128})(?: (.{0,20000}?))?](?=\\s|$)", Pattern.DOTALL);

    /// Words of a tool's description that say nothing about its purpose.
    private static final Set<String> VAGUE =
            Set.of("returns", "return", "given", "specified", "value", "string", "number", "false");

    private static final List<String> MUSINGS =
            List.of(
                    "The question is about {t}.",
                    "Let me first be clear about what {t} means here.",
                    "Someone who asks this probably wants something short they can use.",
                    "I should not claim more about {t} than a simulated model can know.",
                    "There may be a catch — what if {t} is meant in another sense?",
                    "No: the plain reading of {t} fits the rest of the question better.",
                    "An example might help more than a definition.",
                    "Let me check the order: first the point, then why, then the limits.");

    private Mind() {}

    /// What the model says to `question`; the words depend on it and on `random` alone.
    public static Reply reply(Question question, RandomGenerator random) {
        List<String> thoughts = thoughts(question, random);
        int room = Math.max(0, question.tokensMax() - thoughts.size());
        if (HARMFUL.matcher(question.prompt()).find()) {
            List<String> words = Tokens.of("I'm very sorry, but I can't assist with that request.");
            int length = Math.min(words.size(), room);
            return new Reply(thoughts, words.subList(0, length), List.of(), End.REFUSED, "");
        }
        boolean silent = !question.tools().required() && NO_TOOLS.matcher(question.prompt()).find();
        List<Call> calls = room == 0 || silent ? List.of() : called(question, random);
        if (!calls.isEmpty()) {
            return new Reply(thoughts, List.of(), calls, End.CALLS, "");
        }
        End end = question.prompt().contains(FILTERED) ? End.FILTERED : End.NATURAL;
        return bounded(question, thoughts, Tokens.of(text(question, random)), end, room);
    }

    private static Reply bounded(
            Question question, List<String> thoughts, List<String> words, End end, int room) {
        List<String> pieces = words;
        End why = end;
        String text = String.join("", words);
        String stopped = "";
        int cut = text.length();
        for (String stop : question.stops()) {
            int at = text.indexOf(stop);
            if (at >= 0 && at < cut) {
                cut = at;
                stopped = stop;
            }
        }
        if (!stopped.isEmpty()) {
            pieces = Tokens.of(text.substring(0, cut));
            why = End.STOP_TEXT;
        }
        if (pieces.size() > room) {
            return new Reply(thoughts, pieces.subList(0, room), List.of(), End.LENGTH, "");
        }
        return new Reply(thoughts, pieces, List.of(), why, stopped);
    }

    private static List<String> thoughts(Question question, RandomGenerator random) {
        if (question.thinking().effort() == Effort.NONE) {
            return List.of();
        }
        String topic = Hints.of(question.prompt()).topic();
        var text = new StringBuilder();
        for (int i = 0; i < question.thinking().effort().sentences(); i++) {
            String musing =
                    i == 0 ? MUSINGS.getFirst() : MUSINGS.get(random.nextInt(MUSINGS.size()));
            text.append(i == 0 ? "" : " ").append(musing.replace("{t}", topic));
        }
        List<String> pieces = Tokens.of(text.toString());
        int most = Math.min(question.thinking().tokensMax(), question.tokensMax());
        return pieces.subList(0, Math.min(pieces.size(), most));
    }

    private static String text(Question question, RandomGenerator random) {
        Hints hints = Hints.of(question.prompt());
        return switch (question.form()) {
            case Form.Schema structured -> {
                var answer = new OfferedTool("", "", structured.schema(), false);
                Matcher order = ORDER.matcher(question.prompt());
                // A call that is asked for as a structured answer obeys the order for it too.
                yield question.tools().offered().isEmpty()
                                && question.toolResults().isEmpty()
                                && order.find()
                                && order.group(2) != null
                        ? answer.arguments(order.group(2).strip())
                        : SchemaExample.of(structured.schema(), hints, random).toString();
            }
            case Form.Json _ -> {
                var answer = JsonNodeFactory.instance.objectNode();
                answer.put("topic", hints.topic());
                answer.put("answer", Prose.about(question.prompt(), random));
                yield answer.toString();
            }
            case Form.Prose _ -> prose(question, random);
        };
    }

    private static String prose(Question question, RandomGenerator random) {
        Matcher quoted = QUOTED.matcher(question.prompt());
        if (quoted.find()) {
            return quoted.group(1);
        }
        var text = new StringBuilder();
        if (!question.toolResults().isEmpty()) {
            String result = question.toolResults().getFirst().strip();
            text.append("The tool answered: ")
                    .append(result, 0, Math.min(result.length(), 400))
                    .append(" — ");
        }
        if (question.images() > 0) {
            text.append(question.images() == 1 ? "The image" : "The images")
                    .append(" arrived — a simulated model cannot look inside. 🖼️ ");
        }
        text.append(Prose.about(question.prompt(), random));
        Matcher length = LENGTH.matcher(question.prompt());
        if (length.find()) {
            resize(text, question.prompt(), Integer.parseInt(length.group(1)), random);
        }
        return text.toString();
    }

    private static void resize(
            StringBuilder text, String prompt, int wanted, RandomGenerator random) {
        int words = Math.min(wanted, WORDS_MAX);
        int have = words(text.toString()).length;
        while (have < words) {
            String more = Prose.about(prompt, random);
            text.append("\n\n").append(more);
            have += words(more).length;
        }
        String[] all = words(text.toString());
        if (all.length > words && words > 0) {
            text.setLength(0);
            for (int i = 0; i < words; i++) {
                text.append(i == 0 ? "" : " ").append(all[i]);
            }
        }
    }

    private static String[] words(String text) {
        return text.strip().split("\\s+", -1);
    }

    private static List<Call> called(Question question, RandomGenerator random) {
        List<Call> ordered = ordered(question);
        return ordered.isEmpty() ? calls(question, random) : ordered;
    }

    /// The calls that what was said last orders by name, in that order.
    private static List<Call> ordered(Question question) {
        String said =
                question.toolResults().isEmpty()
                        ? question.prompt()
                        : String.join("\n", question.toolResults());
        List<Call> calls = new ArrayList<>();
        Matcher order = ORDER.matcher(said);
        int most = question.tools().parallel() ? CALLS_MAX : 1;
        while (calls.size() < most && order.find()) {
            String argument = order.group(2) == null ? "" : order.group(2).strip();
            for (OfferedTool tool : question.tools().offered()) {
                boolean other =
                        !question.tools().forced().isEmpty()
                                && !tool.name().equals(question.tools().forced());
                if (!other && tool.isCalled(order.group(1)) && calls.size() < most) {
                    calls.add(new Call(tool, tool.arguments(argument)));
                    break;
                }
            }
        }
        return calls;
    }

    private static List<Call> calls(Question question, RandomGenerator random) {
        Hints hints = Hints.of(question.prompt());
        boolean several =
                question.toolResults().isEmpty() && SEVERAL.matcher(question.prompt()).find();
        List<OfferedTool> chosen = new ArrayList<>();
        for (OfferedTool tool : question.tools().offered()) {
            boolean asked =
                    question.tools().forced().isEmpty()
                            ? question.toolResults().isEmpty()
                                    && asksFor(question.prompt(), tool, hints)
                            : tool.name().equals(question.tools().forced());
            if (asked && chosen.size() < CALLS_MAX) {
                chosen.add(tool);
            }
        }
        for (OfferedTool tool : question.tools().offered()) {
            boolean wanted = several && question.tools().forced().isEmpty() && chosen.size() < 2;
            if (wanted && !chosen.contains(tool)) {
                chosen.add(tool);
            }
        }
        if (chosen.isEmpty()
                && question.tools().required()
                && !question.tools().offered().isEmpty()) {
            chosen.add(question.tools().offered().getFirst());
        }
        List<Hints> occasions = new ArrayList<>();
        List<Call> calls = new ArrayList<>();
        for (OfferedTool tool : chosen) {
            occasions.clear();
            occasions.addAll(question.tools().parallel() ? occasions(tool, hints) : List.of(hints));
            if (several && chosen.size() == 1 && occasions.size() == 1) {
                occasions.add(rotated(hints));
            }
            for (Hints some : occasions) {
                calls.add(new Call(tool, arguments(tool, some, random)));
            }
        }
        return calls.subList(
                0, Math.min(calls.size(), question.tools().parallel() ? CALLS_MAX : 1));
    }

    /// One occasion to call a tool, or one for each of several names where it takes just one text,
    /// or one for each group of numbers where it takes numbers alone.
    private static List<Hints> occasions(OfferedTool tool, Hints hints) {
        JsonNode properties = tool.parameters().path("properties");
        int size = properties.size();
        boolean oneText =
                size == 1
                        && isType(properties.iterator().next(), "string")
                        && !properties.iterator().next().has("enum");
        if (oneText && hints.names().size() > 1) {
            return hints.names().stream()
                    .distinct()
                    .limit(CALLS_MAX)
                    .map(name -> new Hints(hints.numbers(), List.of(name), hints.topic()))
                    .toList();
        }
        int groups = size > 0 && size == numeric(tool) ? hints.numbers().size() / size : 1;
        List<Hints> occasions = new ArrayList<>();
        for (int i = 0; i < Math.clamp(groups, 1, CALLS_MAX); i++) {
            List<String> numbers =
                    groups > 1
                            ? hints.numbers().subList(i * size, (i + 1) * size)
                            : hints.numbers();
            occasions.add(new Hints(numbers, hints.names(), hints.topic()));
        }
        return occasions;
    }

    /// The same with the first name and number moved to the end, so that a second call differs.
    private static Hints rotated(Hints hints) {
        return new Hints(rotated(hints.numbers()), rotated(hints.names()), hints.topic());
    }

    private static List<String> rotated(List<String> words) {
        List<String> turned = new ArrayList<>(words);
        java.util.Collections.rotate(turned, -1);
        return turned;
    }

    private static String arguments(OfferedTool tool, Hints hints, RandomGenerator random) {
        if (tool.freeText()) {
            return hints.topic();
        }
        return tool.parameters().isObject()
                ? SchemaExample.of(tool.parameters(), hints, random).toString()
                : "{}";
    }

    /// Whether the prompt mentions a word of the tool's name or purpose, or brings the numbers that
    /// it takes.
    private static boolean asksFor(String prompt, OfferedTool tool, Hints hints) {
        Set<String> said = new TreeSet<>();
        for (String word : prompt.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+", -1)) {
            said.add(stem(word));
        }
        String purpose =
                tool.name().replaceAll("([a-z])([A-Z])", "$1 $2") + " " + tool.description();
        for (String word : purpose.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+", -1)) {
            if (word.length() >= 4 && !VAGUE.contains(word) && said.contains(stem(word))) {
                return true;
            }
        }
        int numeric = numeric(tool);
        return numeric > 0 && hints.numbers().size() >= numeric;
    }

    private static int numeric(OfferedTool tool) {
        int numeric = 0;
        for (JsonNode property : tool.parameters().path("properties")) {
            numeric += isType(property, "integer") || isType(property, "number") ? 1 : 0;
        }
        return numeric;
    }

    private static boolean isType(JsonNode property, String type) {
        return property.path("type").asString("").equalsIgnoreCase(type);
    }

    private static String stem(String word) {
        return word.length() > 4 && word.endsWith("s")
                ? word.substring(0, word.length() - 1)
                : word;
    }
}
