package dev.switchgear.providers.deepseek;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.dialects.json.JsonEdits;
import dev.switchgear.dialects.json.JsonMember;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// Passes a client's bytes as they are, but for words of OpenAI's that DeepSeek does not know, and one
/// of its own that clients of OpenAI do not send back: it would leave an answer unbounded, think where it
/// must not, or refuse the request.
///
/// A schema for the answer, a choice among tools, and what is no text are not said by changing bytes:
/// such requests are translated.
final class DeepSeekPassing {
    /// Without any of these in the bytes, nothing is to be changed.
    private static final List<String> FOREIGN =
            List.of(
                    "\"max_completion_tokens\"",
                    "\"developer\"",
                    "\"none\"",
                    "\"tool_calls\"",
                    "\"type\"");

    private static final String DISABLED = "{\"type\":\"disabled\"}";

    private DeepSeekPassing() {}

    /// What passes in place of `body`; empty where it is to be translated.
    static Optional<byte[]> reworded(byte[] body) {
        String text = new String(body, StandardCharsets.ISO_8859_1);
        return FOREIGN.stream().anyMatch(text::contains)
                ? new Rewording(body).whole()
                : Optional.of(body);
    }

    /// One request. For one thread, once.
    private static final class Rewording {
        private final byte[] body;
        private final JsonEdits edits;
        private final List<JsonMember> top;

        Rewording(byte[] body) {
            this.body = body;
            this.edits = new JsonEdits(body);
            this.top = JsonMember.of(body, 0);
        }

        Optional<byte[]> whole() {
            if (wantsMore("response_format", "json_schema")
                    || wantsMore("tool_choice", "allowed_tools")) {
                return Optional.empty();
            }
            boolean thinks = settings();
            Optional<JsonMember> messages = field(top, "messages");
            if (messages.isPresent()) {
                List<Integer> bounds = JsonMember.elements(body, messages.get().valueFrom());
                for (int i = 0; i < bounds.size(); i += 2) {
                    if (!message(JsonMember.of(body, bounds.get(i)), thinks)) {
                        return Optional.empty();
                    }
                }
            }
            return Optional.of(edits.applied());
        }

        /// Whether a field is an object of a type that is not known here.
        private boolean wantsMore(String name, String type) {
            return field(top, name)
                    .flatMap(found -> field(JsonMember.of(body, found.valueFrom()), "type"))
                    .filter(found -> found.value(body).equals('"' + type + '"'))
                    .isPresent();
        }

        /// Whether the model may think.
        private boolean settings() {
            Set<JsonMember> cut = new HashSet<>();
            Optional<JsonMember> bound =
                    field(top, "max_completion_tokens").filter(found -> !found.isNull(body));
            if (bound.isPresent()) {
                field(top, "max_tokens").ifPresent(cut::add);
                edits.name(bound.get(), "\"max_tokens\"");
            }
            Optional<JsonMember> thinking = field(top, "thinking");
            Optional<JsonMember> off =
                    field(top, "reasoning_effort")
                            .filter(effort -> effort.value(body).equals("\"none\""));
            List<String> added = List.of();
            if (off.isPresent()) {
                cut.add(off.get());
                thinking.ifPresent(cut::add);
                added = List.of("\"thinking\":" + DISABLED);
            }
            if (!cut.isEmpty()) {
                edits.fields(brace(0), top, cut, added);
            }
            return off.isEmpty()
                    && thinking.flatMap(
                                    said -> field(JsonMember.of(body, said.valueFrom()), "type"))
                            .filter(type -> type.value(body).equals("\"disabled\""))
                            .isEmpty();
        }

        /// @return false where it holds what is no text
        private boolean message(List<JsonMember> message, boolean thinks) {
            Optional<JsonMember> role = field(message, "role");
            if (role.isEmpty()) {
                return true;
            }
            String said = role.get().value(body);
            if (said.equals("\"developer\"")) {
                edits.value(role.get(), "\"system\"");
            }
            if (said.equals("\"assistant\"") && thinks) {
                reasoning(message);
            }
            Optional<JsonMember> content =
                    field(message, "content").filter(found -> body[found.valueFrom()] == '[');
            return content.isEmpty() || text(content.get());
        }

        /// A message with calls is refused without what was thought before them, and be it nothing.
        private void reasoning(List<JsonMember> message) {
            boolean called =
                    field(message, "tool_calls")
                            .filter(calls ->
                                    !JsonMember.elements(body, calls.valueFrom()).isEmpty())
                            .isPresent();
            Optional<JsonMember> thought = field(message, "reasoning_content");
            if (!called || thought.filter(found -> !found.isNull(body)).isPresent()) {
                return;
            }
            // Where another provider's answer had it.
            String text =
                    field(message, "reasoning")
                            .filter(found -> body[found.valueFrom()] == '"')
                            .map(found -> found.value(body))
                            .orElse("\"\"");
            if (thought.isPresent()) {
                edits.value(thought.get(), text);
            } else {
                int before = message.getFirst().from();
                edits.replace(before, before, "\"reasoning_content\":" + text + ",");
            }
        }

        /// A list of texts becomes one.
        ///
        /// @return false where it holds what is no text
        private boolean text(JsonMember content) {
            var text = new StringBuilder();
            for (JsonNode part : parts(content)) {
                if (!part.path("text").isString()) {
                    return false;
                }
                text.append(text.isEmpty() ? "" : "\n\n").append(part.path("text").stringValue());
            }
            edits.value(content, Json.text(Json.array().add(text.toString()).get(0)));
            return true;
        }

        /// None where it is nested beyond what we read; the server shall judge.
        private JsonNode parts(JsonMember content) {
            try {
                return Json.read(body, content.valueFrom(), content.to());
            } catch (JacksonException leftToTheServer) {
                return Json.array().add(Json.object());
            }
        }

        private int brace(int from) {
            int at = from;
            while (body[at] != '{') {
                at++;
            }
            return at;
        }

        private static Optional<JsonMember> field(List<JsonMember> members, String name) {
            for (JsonMember member : members) {
                if (member.name().equals(name)) {
                    return Optional.of(member);
                }
            }
            return Optional.empty();
        }
    }
}
