package dev.switchgear.providers.openai;

import dev.switchgear.dialects.json.JsonEdits;
import dev.switchgear.dialects.json.JsonMember;
import dev.switchgear.families.llm.scan.RequestBody;
import java.util.List;
import java.util.Optional;

/// OpenAI's newer name for instructions, which most other servers' templates answer with an error.
/// OpenAI itself takes `system` for the same.
final class DeveloperRole {
    private static final String ROLE = "\"developer\"";

    private DeveloperRole() {}

    /// Bytes for a server that knows no such role: its turns become the system's.
    static Optional<byte[]> replaced(RequestBody asked, byte[] body) {
        return Optional.of(asked.seldom().developer() ? asSystem(body) : body);
    }

    /// The body with `system` in its place, and every other byte as it came.
    private static byte[] asSystem(byte[] body) {
        var edits = new JsonEdits(body);
        for (JsonMember member : JsonMember.of(body, 0)) {
            if (member.name().equals("messages") || member.name().equals("input")) {
                List<Integer> bounds = JsonMember.elements(body, member.valueFrom());
                for (int i = 0; i < bounds.size(); i += 2) {
                    JsonMember.of(body, bounds.get(i)).stream()
                            .filter(field ->
                                    field.name().equals("role") && field.value(body).equals(ROLE))
                            .forEach(role -> edits.value(role, "\"system\""));
                }
            }
        }
        return edits.applied();
    }
}
