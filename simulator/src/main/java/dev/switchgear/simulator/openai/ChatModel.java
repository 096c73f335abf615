package dev.switchgear.simulator.openai;

import dev.switchgear.simulator.mind.Dice;
import dev.switchgear.simulator.mind.Mind;
import dev.switchgear.simulator.mind.Question;
import dev.switchgear.simulator.mind.Reply;
import dev.switchgear.simulator.mind.Tokens;
import dev.switchgear.simulator.openai.Completion.Choice;
import dev.switchgear.simulator.openai.Completion.ToolCall;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// Asks the mind what to say, and says it in the API's words. They depend on the seed and the request
/// alone.
final class ChatModel {
    private ChatModel() {}

    /// @param identity settles the ids; the words come from the seed and the request alone
    static Completion complete(
            ChatCompletionsRequest request, long seed, RandomGenerator identity, long created) {
        Flavour flavour = request.flavour();
        boolean hidden = flavour.thinking() == Flavour.Thoughts.HIDDEN;
        int thoughts =
                hidden && request.thinks()
                        ? thoughts(request.effort(), Dice.of(seed, "thoughts", request.allText()))
                        : 0;
        int room = Math.max(0, request.maxTokens() - thoughts);
        List<Choice> choices = new ArrayList<>();
        for (int i = 0; i < request.choices(); i++) {
            RandomGenerator wording =
                    Dice.of(seed, request.model().id(), request.allText(), Integer.toString(i));
            choices.add(choice(request, room, wording, identity));
        }
        return new Completion(
                Ids.completion(flavour, identity, created),
                created,
                Ids.fingerprint(flavour, seed, request.model().id()),
                choices,
                Math.min(thoughts, request.maxTokens()));
    }

    /// Hidden tokens: a multiple of 64, as the recordings show.
    static int thoughts(String effort, RandomGenerator random) {
        int blocks =
                switch (effort) {
                    case "none", "minimal" -> 0;
                    case "low" -> 1 + random.nextInt(2);
                    case "medium" -> 2 + random.nextInt(4);
                    case "high" -> 6 + random.nextInt(8);
                    default -> 14 + random.nextInt(16);
                };
        return blocks * 64;
    }

    /// The mind's word for an effort.
    static Question.Effort effort(String effort) {
        return switch (effort) {
            case "none" -> Question.Effort.NONE;
            case "minimal" -> Question.Effort.MINIMAL;
            case "low" -> Question.Effort.LOW;
            case "medium" -> Question.Effort.MEDIUM;
            case "high" -> Question.Effort.HIGH;
            default -> Question.Effort.MAX;
        };
    }

    private static Choice choice(
            ChatCompletionsRequest request,
            int room,
            RandomGenerator wording,
            RandomGenerator identity) {
        Reply reply = Mind.reply(question(request, room), wording);
        List<ToolCall> calls = new ArrayList<>();
        for (Reply.Call call : reply.calls()) {
            calls.add(
                    new ToolCall(
                            Ids.call(request.flavour(), identity),
                            call.tool().name(),
                            call.arguments(),
                            call.tool().freeText()));
        }
        boolean named = request.flavour().stopsWhenForced() && !request.forcedTool().isEmpty();
        String finish =
                switch (reply.end()) {
                    case NATURAL, STOP_TEXT, REFUSED -> "stop";
                    case LENGTH -> "length";
                    case FILTERED -> "content_filter";
                    // With one function forced by name the API says `stop` beside its calls.
                    case CALLS ->
                            named
                                    ? "stop"
                                    : request.legacyFunctions() ? "function_call" : "tool_calls";
                };
        return new Choice(
                reply.thoughts(),
                continued(request, reply),
                reply.end() == Reply.End.REFUSED,
                calls,
                finish);
    }

    /// The text without the beginning that the request already brings.
    private static List<String> continued(ChatCompletionsRequest request, Reply reply) {
        String text = reply.text();
        return !request.prefix().isEmpty() && text.startsWith(request.prefix())
                ? Tokens.of(text.substring(request.prefix().length()))
                : reply.pieces();
    }

    private static Question question(ChatCompletionsRequest request, int room) {
        return new Question(
                request.prompt(),
                request.images(),
                request.toolResult(),
                request.tools(),
                request.forcedTool(),
                request.toolRequired(),
                request.parallel() && !request.legacyFunctions(),
                switch (request.format()) {
                    case "json_schema" -> Question.Form.SCHEMA;
                    case "json_object" -> Question.Form.JSON;
                    default -> Question.Form.PROSE;
                },
                request.schema(),
                // What OpenAI's models think is counted and never put into words.
                request.thinks() && request.flavour().thinking() != Flavour.Thoughts.HIDDEN
                        ? effort(request.effort())
                        : Question.Effort.NONE,
                request.thoughtsMax(),
                request.stop(),
                room);
    }
}
