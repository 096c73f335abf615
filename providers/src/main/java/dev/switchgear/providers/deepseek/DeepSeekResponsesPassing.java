package dev.switchgear.providers.deepseek;

import dev.switchgear.dialects.json.JsonMember;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.dialect.ModelTarget;
import dev.switchgear.families.llm.dialect.ProviderDialect.Framing;
import dev.switchgear.families.llm.dialect.ProviderFitting;
import dev.switchgear.families.llm.scan.RequestBody;
import dev.switchgear.providers.llm.AnswerWatch;
import dev.switchgear.providers.llm.Passing;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// Passes Responses, but for a schema for the answer: DeepSeek follows none, so such a request is
/// translated.
record DeepSeekResponsesPassing(Passing usual) implements Passing {
    private static final String SCHEMA = "\"json_schema\"";

    @Override
    public Dialect dialect() {
        return usual.dialect();
    }

    @Override
    public Framing framing() {
        return usual.framing();
    }

    @Override
    public Optional<String> path(Operation operation, String model, boolean streamed) {
        return usual.path(operation, model, streamed);
    }

    @Override
    public AnswerWatch watch(RequestBody asked, ModelTarget target, boolean streamed) {
        return usual.watch(asked, target, streamed);
    }

    @Override
    public ProviderFitting fitting() {
        return usual.fitting();
    }

    @Override
    public Optional<byte[]> body(RequestBody asked, String model, boolean streamed) {
        return usual.body(asked, model, streamed).filter(body -> !formed(body));
    }

    private static boolean formed(byte[] body) {
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
