package dev.switchgear.providers.deepseek;

import dev.switchgear.dialects.json.JsonMember;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// Which Responses do not pass: those with a schema for the answer. DeepSeek follows none, so such a
/// request is translated.
final class DeepSeekResponsesPassing {
    private static final String SCHEMA = "\"json_schema\"";

    private DeepSeekResponsesPassing() {}

    /// Whether the answer is to follow a schema.
    static boolean formed(byte[] body) {
        if (!new String(body, StandardCharsets.ISO_8859_1).contains(SCHEMA)) {
            return false;
        }
        return within(body, JsonMember.of(body, 0), "text")
                .flatMap(text -> within(body, text, "format"))
                .flatMap(format -> member(format, "type"))
                .filter(type -> type.value(body).equals(SCHEMA))
                .isPresent();
    }

    private static Optional<List<JsonMember>> within(
            byte[] body, List<JsonMember> members, String name) {
        return member(members, name)
                .filter(found -> body[found.valueFrom()] == '{')
                .map(found -> JsonMember.of(body, found.valueFrom()));
    }

    private static Optional<JsonMember> member(List<JsonMember> members, String name) {
        return members.stream().filter(member -> member.name().equals(name)).findFirst();
    }
}
