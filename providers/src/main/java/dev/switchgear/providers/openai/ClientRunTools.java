package dev.switchgear.providers.openai;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// Tools in OpenAI's dialects that the client runs and that are no functions. Servers that speak alike
/// know functions alone, and answer 400 or 422 to the others: where bytes would pass, such a request is
/// translated, which makes functions of them.
final class ClientRunTools {
    /// How the value of `type` begins of a tool, or of an item of its calls.
    private static final List<byte[]> TYPES =
            List.of(
                    needle("custom"),
                    needle("namespace"),
                    needle("additional_tools"),
                    needle("apply_patch"),
                    needle("local_shell"),
                    needle("shell"),
                    needle("tool_search"));

    private static final byte[] NAME = "\"type\"".getBytes(StandardCharsets.US_ASCII);

    /// The only one that chat has.
    private static final byte[] CUSTOM = needle("custom\"");

    /// How far the next look is behind one at that byte, where a word of [#CUSTOM] would end.
    private static final byte[] STEPS = steps();

    private ClientRunTools() {}

    private static byte[] needle(String type) {
        return ("\"" + type).getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] steps() {
        var steps = new byte[256];
        Arrays.fill(steps, (byte) CUSTOM.length);
        for (int i = 0; i < CUSTOM.length - 1; i++) {
            steps[CUSTOM[i]] = (byte) (CUSTOM.length - 1 - i);
        }
        return steps;
    }

    /// Whether a body of chat has one. Almost none has: a look at every sixth byte or so.
    static boolean inChat(byte[] body) {
        int last = CUSTOM.length - 1;
        int end = NAME.length + last;
        while (end < body.length) {
            int at = end - last;
            if (body[end] == '"' && same(body, at, CUSTOM) && typed(body, at)) {
                return true;
            }
            end += STEPS[body[end] & 0xFF];
        }
        return false;
    }

    /// Whether a body of Responses has one: a look at each quote, and at no more unless a word of these follows it.
    static boolean inResponses(byte[] body) {
        for (int at = NAME.length; at < body.length - 1; at++) {
            if (body[at] == '"' && begins(body[at + 1]) && typed(body, at)) {
                return true;
            }
        }
        return false;
    }

    private static boolean begins(byte first) {
        return first == 'c'
                || first == 'n'
                || first == 'a'
                || first == 'l'
                || first == 's'
                || first == 't';
    }

    private static boolean typed(byte[] body, int at) {
        int before = before(body, at - 1);
        if (body[before] != ':') {
            return false;
        }
        int end = before(body, before - 1) + 1;
        if (end < NAME.length || !same(body, end - NAME.length, NAME)) {
            return false;
        }
        for (byte[] type : TYPES) {
            if (same(body, at, type)) {
                return true;
            }
        }
        return false;
    }

    /// Where the last sign stands that is no white space, from `at` backwards.
    private static int before(byte[] body, int at) {
        int before = at;
        while (before > 0 && body[before] <= ' ' && body[before] >= 0) {
            before--;
        }
        return before;
    }

    private static boolean same(byte[] body, int from, byte[] word) {
        return body.length - from >= word.length
                && Arrays.equals(body, from, from + word.length, word, 0, word.length);
    }
}
