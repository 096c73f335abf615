package dev.switchgear.simulator.openai;

import dev.switchgear.simulator.mind.Dice;
import dev.switchgear.simulator.mind.Mind;
import dev.switchgear.simulator.mind.Model;
import dev.switchgear.simulator.mind.Question;
import dev.switchgear.simulator.mind.Reply;
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
            ChatRequest request, long seed, RandomGenerator identity, long created) {
        int thoughts = thoughts(request, Dice.of(seed, "thoughts", request.allText()));
        int room = Math.max(0, request.maxTokens() - thoughts);
        List<Choice> choices = new ArrayList<>();
        for (int i = 0; i < request.choices(); i++) {
            RandomGenerator wording =
                    Dice.of(seed, request.model().id(), request.allText(), Integer.toString(i));
            choices.add(choice(request, room, wording, identity));
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
            ChatRequest request, int room, RandomGenerator wording, RandomGenerator identity) {
        Reply reply = Mind.reply(question(request, room), wording);
        List<ToolCall> calls = new ArrayList<>();
        for (Reply.Call call : reply.calls()) {
            calls.add(
                    new ToolCall(
                            "call_" + Dice.letters(identity, 24),
                            call.tool().name(),
                            call.arguments(),
                            call.tool().freeText()));
        }
        boolean named = !request.forcedTool().isEmpty();
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
        return new Choice(reply.pieces(), reply.end() == Reply.End.REFUSED, calls, finish);
    }

    private static Question question(ChatRequest request, int room) {
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
                // What these models think is counted and never shown.
                Question.Effort.NONE,
                0,
                request.stop(),
                room);
    }
}
