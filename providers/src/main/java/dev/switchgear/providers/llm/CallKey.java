package dev.switchgear.providers.llm;

import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.chat.Role;
import dev.switchgear.families.llm.chat.Turn;
import java.util.List;

/// What an answer is remembered by: the id of its first call; where clients send calls back without their
/// ids, what it called at which point of which conversation; and what it said there, where it called nothing.
final class CallKey {
    private CallKey() {}

    static String ofId(String id) {
        return "i" + id;
    }

    /// @param number of answers with calls before it in the conversation
    /// @param calls names and arguments, in order
    static String ofPlace(long conversation, int number, List<Part.ToolCall> calls) {
        long hash = conversation;
        for (Part.ToolCall call : calls) {
            hash = mixed(hash, call.name());
            hash = mixed(hash, blanked(call.arguments()));
        }
        return "p" + Long.toHexString(hash) + "." + number;
    }

    /// @param number of answers before it in the conversation
    /// @param said the hash of its words, by [#text]
    static String ofText(long conversation, int number, long said) {
        return "t" + Long.toHexString(mixed(conversation, said)) + "." + number;
    }

    /// Under which it is noted that the account sealed a text at all.
    static String ofTexts(String account) {
        return "a" + account;
    }

    /// The hash of a text that goes on with `piece`, begun with 0. Blanks tell nothing: some clients cut
    /// those at the ends.
    static long text(long hash, String piece) {
        long mixed = hash;
        for (int i = 0; i < piece.length(); i++) {
            char sign = piece.charAt(i);
            if (sign > ' ') {
                mixed = (mixed ^ sign) * 0x100000001B3L;
                mixed ^= mixed >>> 29;
            }
        }
        return mixed;
    }

    static long text(Turn turn) {
        long hash = 0;
        for (Part part : turn.parts()) {
            if (part instanceof Part.Text(String text)) {
                hash = text(hash, text);
            }
        }
        return hash;
    }

    /// Arguments are JSON that others may have written anew: blanks tell nothing.
    private static String blanked(String json) {
        var text = new StringBuilder(json.length());
        for (int i = 0; i < json.length(); i++) {
            if (json.charAt(i) > ' ') {
                text.append(json.charAt(i));
            }
        }
        return text.isEmpty() ? "{}" : text.toString();
    }

    /// How a conversation began: all its texts up to the user's first words.
    static long conversation(ChatRequest asked) {
        long hash = 1;
        for (Turn turn : asked.turns()) {
            for (Part part : turn.parts()) {
                if (part instanceof Part.Text(String text)) {
                    hash = mixed(hash, text);
                }
            }
            if (turn.role() == Role.USER) {
                break;
            }
        }
        return hash;
    }

    static int answersWithCalls(ChatRequest asked) {
        int count = 0;
        for (Turn turn : asked.turns()) {
            count += turn.role() == Role.ASSISTANT && !calls(turn).isEmpty() ? 1 : 0;
        }
        return count;
    }

    static int answers(ChatRequest asked) {
        int count = 0;
        for (Turn turn : asked.turns()) {
            count += turn.role() == Role.ASSISTANT ? 1 : 0;
        }
        return count;
    }

    static List<Part.ToolCall> calls(Turn turn) {
        return turn.parts().stream()
                .filter(Part.ToolCall.class::isInstance)
                .map(Part.ToolCall.class::cast)
                .toList();
    }

    private static long mixed(long hash, long other) {
        long mixed = (hash ^ other) * 0x9E3779B97F4A7C15L;
        return mixed ^ (mixed >>> 31);
    }

    private static long mixed(long hash, String text) {
        long mixed = hash;
        for (int i = 0; i < text.length(); i++) {
            mixed = (mixed ^ text.charAt(i)) * 0x100000001B3L;
        }
        mixed = (mixed ^ text.length()) * 0x9E3779B97F4A7C15L;
        return mixed ^ (mixed >>> 31);
    }
}
