package dev.switchgear.simulator.openai;

import dev.switchgear.simulator.mind.Dice;
import dev.switchgear.simulator.mind.Hints;
import dev.switchgear.simulator.mind.Model;
import dev.switchgear.simulator.mind.Prose;
import dev.switchgear.simulator.mind.SchemaExample;
import dev.switchgear.simulator.mind.Tokens;
import dev.switchgear.simulator.openai.ChatRequest.Tool;
import dev.switchgear.simulator.openai.Completion.Choice;
import dev.switchgear.simulator.openai.Completion.ToolCall;
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

/// Decides what to say: a refusal, tool calls, structured output, or prose. The words depend on the
/// seed and the request alone.
final class ChatModel {
    private static final int CALLS_MAX = 4;
    private static final int WORDS_MAX = 8000;
    private static final Pattern QUOTED =
            Pattern.compile(
                    "(?i)\\b(?:say|repeat|echo|reply with|answer with|respond with)\\b"
                            + "[^\"“]{0,20}[\"“]([^\"“”]{1,2000})[\"”]");
    private static final Pattern LENGTH = Pattern.compile("(?i)\\b(\\d{1,5}) words\\b");
    private static final Pattern HARMFUL =
            Pattern.compile("(?i)\\b(?:make|build) a bomb\\b|\\[refuse]");
    private static final String FILTERED = "[filter]";

    /// Words of a tool's description that say nothing about its purpose.
    private static final Set<String> VAGUE =
            Set.of("returns", "return", "given", "specified", "value", "string", "number", "false");

    private ChatModel() {}

    /// @param identity settles the ids; the words come from the seed and the request alone
    static Completion complete(
            ChatRequest request, long seed, RandomGenerator identity, long created) {
        int thoughts = thoughts(request, Dice.of(seed, "thoughts", request.allText()));
        int room = Math.max(0, request.maxTokens() - thoughts);
        List<Choice> choices = new ArrayList<>();
        for (int i = 0; i < request.choices(); i++) {
            RandomGenerator wording =
                    Dice.of(seed, request.model().id(), request.allText(), Integer.toString(i));
            choices.add(bounded(choice(request, wording, identity), request, room));
        }
        return new Completion(
                "chatcmpl-" + Dice.letters(identity, 29),
                created,
                "fp_" + Dice.hex(Dice.of(seed, "fingerprint", request.model().id()), 10),
                choices,
                Math.min(thoughts, request.maxTokens()));
    }

    /// Hidden tokens: a multiple of 64, as the recordings show.
    private static int thoughts(ChatRequest request, RandomGenerator random) {
        if (request.model().purpose() != Model.Purpose.REASONING) {
            return 0;
        }
        int blocks =
                switch (request.effort()) {
                    case "none", "minimal" -> 0;
                    case "low" -> 1 + random.nextInt(2);
                    case "medium" -> 2 + random.nextInt(4);
                    case "high" -> 6 + random.nextInt(8);
                    default -> 14 + random.nextInt(16);
                };
        return blocks * 64;
    }

    private static Choice choice(
            ChatRequest request, RandomGenerator wording, RandomGenerator identity) {
        if (HARMFUL.matcher(request.prompt()).find()) {
            return new Choice(
                    Tokens.of("I'm very sorry, but I can't assist with that request."),
                    true,
                    List.of(),
                    "stop");
        }
        List<ToolCall> calls = calls(request, wording, identity);
        if (!calls.isEmpty()) {
            boolean named = !request.forcedTool().isEmpty();
            String finish = request.legacyFunctions() ? "function_call" : "tool_calls";
            // With one function forced by name the API says `stop` beside its calls.
            return new Choice(List.of(), false, calls, named ? "stop" : finish);
        }
        String finish = request.prompt().contains(FILTERED) ? "content_filter" : "stop";
        return new Choice(Tokens.of(text(request, wording)), false, List.of(), finish);
    }

    private static String text(ChatRequest request, RandomGenerator random) {
        if (request.format().equals("json_schema")) {
            return SchemaExample.of(request.schema(), Hints.of(request.prompt()), random)
                    .toString();
        }
        if (request.format().equals("json_object")) {
            var answer = JsonNodeFactory.instance.objectNode();
            answer.put("topic", Hints.of(request.prompt()).topic());
            answer.put("answer", Prose.about(request.prompt(), random));
            return answer.toString();
        }
        Matcher quoted = QUOTED.matcher(request.prompt());
        if (quoted.find()) {
            return quoted.group(1);
        }
        var text = new StringBuilder();
        if (!request.toolResult().isEmpty()) {
            String result = request.toolResult().getFirst().strip();
            text.append("The tool answered: ")
                    .append(result, 0, Math.min(result.length(), 400))
                    .append(" — ");
        }
        if (request.images() > 0) {
            text.append(request.images() == 1 ? "The image" : "The images")
                    .append(" arrived — a simulated model cannot look inside. 🖼️ ");
        }
        text.append(Prose.about(request.prompt(), random));
        Matcher length = LENGTH.matcher(request.prompt());
        if (length.find()) {
            resize(text, request.prompt(), Integer.parseInt(length.group(1)), random);
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

    private static Choice bounded(Choice choice, ChatRequest request, int room) {
        List<String> pieces = choice.pieces();
        String finish = choice.finish();
        String text = choice.text();
        int cut = text.length();
        for (String stop : request.stop()) {
            int at = text.indexOf(stop);
            cut = at >= 0 ? Math.min(cut, at) : cut;
        }
        if (cut < text.length()) {
            pieces = Tokens.of(text.substring(0, cut));
            finish = "stop";
        }
        if (pieces.size() > room) {
            pieces = pieces.subList(0, room);
            finish = "length";
        }
        return choice.calls().isEmpty()
                ? new Choice(pieces, choice.refusal(), List.of(), finish)
                : choice;
    }

    private static List<ToolCall> calls(
            ChatRequest request, RandomGenerator wording, RandomGenerator identity) {
        Hints hints = Hints.of(request.prompt());
        List<Tool> chosen = new ArrayList<>();
        for (Tool tool : request.tools()) {
            boolean asked =
                    request.forcedTool().isEmpty()
                            ? request.toolResult().isEmpty()
                                    && asksFor(request.prompt(), tool, hints)
                            : tool.name().equals(request.forcedTool());
            if (asked && chosen.size() < CALLS_MAX) {
                chosen.add(tool);
            }
        }
        if (chosen.isEmpty() && request.toolRequired() && !request.tools().isEmpty()) {
            chosen.add(request.tools().getFirst());
        }
        List<ToolCall> calls = new ArrayList<>();
        for (Tool tool : chosen) {
            for (Hints some : occasions(tool, hints, request.parallel())) {
                calls.add(call(tool, some, wording, identity));
            }
        }
        boolean several = request.parallel() && !request.legacyFunctions();
        return calls.subList(0, Math.min(calls.size(), several ? CALLS_MAX : 1));
    }

    /// One occasion to call a tool, or one for each of several names where it takes just one text.
    private static List<Hints> occasions(Tool tool, Hints hints, boolean parallel) {
        JsonNode properties = tool.parameters().path("properties");
        boolean oneText =
                properties.size() == 1
                        && properties.iterator().next().path("type").asString("").equals("string")
                        && !properties.iterator().next().has("enum");
        if (!parallel || !oneText || hints.names().size() < 2) {
            return List.of(hints);
        }
        return hints.names().stream()
                .distinct()
                .limit(CALLS_MAX)
                .map(name -> new Hints(hints.numbers(), List.of(name), hints.topic()))
                .toList();
    }

    private static ToolCall call(
            Tool tool, Hints hints, RandomGenerator wording, RandomGenerator identity) {
        String arguments =
                tool.custom()
                        ? hints.topic()
                        : tool.parameters().isObject()
                                ? SchemaExample.of(tool.parameters(), hints, wording).toString()
                                : "{}";
        return new ToolCall(
                "call_" + Dice.letters(identity, 24), tool.name(), arguments, tool.custom());
    }

    /// Whether the prompt mentions a word of the tool's name or purpose, or brings the numbers that
    /// it takes.
    private static boolean asksFor(String prompt, Tool tool, Hints hints) {
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
        int numeric = 0;
        for (JsonNode property : tool.parameters().path("properties")) {
            String type = property.path("type").asString("");
            numeric += type.equals("integer") || type.equals("number") ? 1 : 0;
        }
        return numeric > 0 && hints.numbers().size() >= numeric;
    }

    private static String stem(String word) {
        return word.length() > 4 && word.endsWith("s")
                ? word.substring(0, word.length() - 1)
                : word;
    }
}
