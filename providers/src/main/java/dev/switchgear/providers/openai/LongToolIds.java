package dev.switchgear.providers.openai;

import dev.switchgear.families.llm.scan.RequestBody;
import java.nio.charset.StandardCharsets;

/// Ids of tool calls that another server made longer than this one takes: vLLM's have 46 characters,
/// OpenAI takes 40. A conversation that moves between them would end with a 400.
final class LongToolIds {
    private static final String FIELD = "\"tool_call_id\"";

    private LongToolIds() {}

    /// Whether a result has such an id; one look at what stands from the first answer on.
    ///
    /// @param most characters that are taken
    static boolean in(RequestBody asked, int most) {
        byte[] body = asked.bytes();
        int begin = asked.conversation().answersFrom();
        String later = new String(body, begin, body.length - begin, StandardCharsets.ISO_8859_1);
        int at = later.indexOf(FIELD);
        while (at >= 0) {
            int from = later.indexOf('"', at + FIELD.length());
            int to = from < 0 ? -1 : later.indexOf('"', from + 1);
            if (to - from - 1 > most) {
                return true;
            }
            at = later.indexOf(FIELD, at + FIELD.length());
        }
        return false;
    }
}
