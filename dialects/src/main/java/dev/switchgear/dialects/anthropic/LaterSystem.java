package dev.switchgear.dialects.anthropic;

import dev.switchgear.dialects.json.JsonMember;
import java.util.List;

/// Messages of the system among those of a conversation, which newer models take and older ones refuse.
/// Claude Code writes them for whoever bears the name of a newer model.
final class LaterSystem {
    private LaterSystem() {}

    /// Whether a request has one.
    ///
    /// @param body known to be well-formed
    static boolean in(byte[] body) {
        for (JsonMember member : JsonMember.of(body, 0)) {
            if (member.name().equals("messages") && among(body, member.valueFrom())) {
                return true;
            }
        }
        return false;
    }

    private static boolean among(byte[] body, int messages) {
        List<Integer> bounds = JsonMember.elements(body, messages);
        for (int i = 0; i < bounds.size(); i += 2) {
            for (JsonMember field : JsonMember.of(body, bounds.get(i))) {
                if (field.name().equals("role") && field.value(body).equals("\"system\"")) {
                    return true;
                }
            }
        }
        return false;
    }
}
