package dev.switchgear.simulator.openai;

import dev.switchgear.simulator.cache.CacheUse;
import dev.switchgear.simulator.mind.Dice;
import dev.switchgear.simulator.mind.Mind;
import dev.switchgear.simulator.mind.Reply;
import dev.switchgear.simulator.mind.Tokens;
import dev.switchgear.simulator.openai.Completion.Choice;
import dev.switchgear.simulator.openai.Completion.ToolCall;
import dev.switchgear.simulator.seal.Signatures;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// Asks the mind what to say, and says it in the API's words. They depend on the seed and the request
/// alone.
final class ChatModel {
    private ChatModel() {}

    /// @param signatures of the provider
    /// @param identity settles the ids and signatures; the words come from the seed and the request alone
    static Completion complete(
            ChatCompletionsRequest request,
            long seed,
            Signatures signatures,
            RandomGenerator identity,
            long created) {
        Flavour flavour = request.flavour();
        boolean hidden = flavour.thinking() == Flavour.Thoughts.HIDDEN;
        int thoughts =
                hidden && request.thinking().on()
                        ? thoughts(
                                request.thinking().effort(),
                                Dice.of(seed, "thoughts", request.prompt().all()))
                        : 0;
        int room = Math.max(0, request.question().tokensMax() - thoughts);
        List<Choice> choices = new ArrayList<>();
        for (int i = 0; i < request.choices(); i++) {
            RandomGenerator wording =
                    Dice.of(
                            seed,
                            request.model().id(),
                            request.prompt().all(),
                            Integer.toString(i));
            Reply reply = Mind.reply(request.question().upTo(room), wording);
            choices.add(choice(request, reply, signatures, identity));
        }
        return new Completion(
                Ids.completion(flavour, identity, created),
                created,
                Ids.fingerprint(flavour, seed, request.model().id()),
                choices,
                Math.min(thoughts, request.question().tokensMax()),
                CacheUse.NONE);
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

    private static Choice choice(
            ChatCompletionsRequest request,
            Reply reply,
            Signatures signatures,
            RandomGenerator identity) {
        List<ToolCall> calls = new ArrayList<>();
        for (Reply.Call call : reply.calls()) {
            calls.add(
                    new ToolCall(
                            Ids.call(request.flavour(), identity),
                            call.tool().name(),
                            call.arguments(),
                            call.tool().freeText()));
        }
        boolean named =
                request.flavour().stopsWhenForced()
                        && !request.question().tools().forced().isEmpty();
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
                signature(request, reply, signatures, identity),
                continued(request, reply),
                reply.end() == Reply.End.REFUSED,
                calls,
                finish);
    }

    private static String signature(
            ChatCompletionsRequest request,
            Reply reply,
            Signatures signatures,
            RandomGenerator identity) {
        return request.flavour().thinking() == Flavour.Thoughts.REASONING_DETAILS
                        && !reply.thoughts().isEmpty()
                ? signatures.sign(request.model().id(), String.join("", reply.thoughts()), identity)
                : "";
    }

    /// The text without the beginning that the request already brings.
    private static List<String> continued(ChatCompletionsRequest request, Reply reply) {
        String text = reply.text();
        String prefix = request.prompt().prefix();
        return !prefix.isEmpty() && text.startsWith(prefix)
                ? Tokens.of(text.substring(prefix.length()))
                : reply.pieces();
    }
}
