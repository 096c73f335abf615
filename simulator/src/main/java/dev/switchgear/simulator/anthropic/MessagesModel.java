package dev.switchgear.simulator.anthropic;

import dev.switchgear.simulator.anthropic.Message.Content;
import dev.switchgear.simulator.anthropic.Message.Refusal;
import dev.switchgear.simulator.cache.PromptCache.Use;
import dev.switchgear.simulator.mind.Dice;
import dev.switchgear.simulator.mind.Mind;
import dev.switchgear.simulator.mind.Reply;
import dev.switchgear.simulator.mind.Tokens;
import dev.switchgear.simulator.seal.Signatures;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// Asks the mind what to say, and says it in the API's words. They depend on the seed and the request
/// alone.
final class MessagesModel {
    /// What a redacted thought is signed for: nobody sees its text.
    static final String REDACTED = "redacted";

    /// A prompt with this has its thoughts redacted, as the real API's documentation offers to
    /// testers.
    private static final String REDACT = "ANTHROPIC_MAGIC_STRING_TRIGGER_REDACTED_THINKING";

    private MessagesModel() {}

    /// @param identity settles the ids and signatures
    static Message complete(
            MessagesRequest request,
            long seed,
            Signatures signatures,
            Use cache,
            RandomGenerator identity) {
        RandomGenerator wording = Dice.of(seed, request.model().id(), request.allText());
        Reply reply = Mind.reply(request.question(), wording);
        boolean declined = reply.end() == Reply.End.REFUSED;
        List<Content> content = new ArrayList<>();
        int output = reply.thoughts().size();
        if (!reply.thoughts().isEmpty() && !declined) {
            content.add(thinking(request, reply, signatures, identity));
        }
        if (!declined && !reply.pieces().isEmpty()) {
            content.add(new Content.Text(reply.pieces()));
            output += reply.pieces().size();
        }
        if (!reply.calls().isEmpty() && request.chatty()) {
            List<String> pieces = Tokens.of("Let me look that up.");
            content.add(new Content.Text(pieces));
            output += pieces.size();
        }
        for (Reply.Call call : reply.calls()) {
            String id = "toolu_01" + Dice.letters(identity, 22);
            content.add(new Content.ToolUse(id, call.tool().name(), call.arguments()));
            output += call.tokens();
        }
        boolean refused = declined || reply.end() == Reply.End.FILTERED;
        return new Message(
                "msg_01" + Dice.letters(identity, 22),
                request.model().snapshot(),
                content,
                reason(reply.end()),
                reply.stop(),
                refused
                        ? Optional.of(
                                new Refusal(
                                        "general_harms",
                                        "This request triggered restrictions on violative content"
                                                + " and was blocked under the usage policy."))
                        : Optional.empty(),
                request.promptTokens() - cache.read() - cache.written(),
                cache,
                output,
                request.thinks() ? Optional.of(reply.thoughts().size()) : Optional.empty());
    }

    private static Content thinking(
            MessagesRequest request, Reply reply, Signatures signatures, RandomGenerator identity) {
        String model = request.model().id();
        if (request.question().prompt().contains(REDACT)) {
            return new Content.Redacted(signatures.sign(model, REDACTED, identity));
        }
        List<String> shown = request.omitsThoughts() ? List.of() : reply.thoughts();
        return new Content.Thinking(
                shown, signatures.sign(model, String.join("", shown), identity));
    }

    private static String reason(Reply.End end) {
        return switch (end) {
            case NATURAL -> "end_turn";
            case CALLS -> "tool_use";
            case LENGTH -> "max_tokens";
            case STOP_TEXT -> "stop_sequence";
            case REFUSED, FILTERED -> "refusal";
        };
    }
}
