package dev.switchgear.providers.openai;

import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.dialect.ModelTarget;
import dev.switchgear.families.llm.dialect.ProviderDialect.Framing;
import dev.switchgear.families.llm.dialect.ProviderFitting;
import dev.switchgear.families.llm.scan.RequestBody;
import dev.switchgear.providers.llm.AnswerWatch;
import dev.switchgear.providers.llm.Passing;
import java.util.Optional;

/// Passes bytes to a server that knows no `developer`: such turns become the system's.
record SystemRolePassing(Passing usual) implements Passing {
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
    public Optional<byte[]> body(RequestBody asked, String model, boolean streamed) {
        Optional<byte[]> body = usual.body(asked, model, streamed);
        return DeveloperRole.suspected(asked) ? body.map(DeveloperRole::asSystem) : body;
    }

    @Override
    public ProviderFitting fitting() {
        return usual.fitting();
    }

    @Override
    public AnswerWatch watch(RequestBody asked, ModelTarget target, boolean streamed) {
        return usual.watch(asked, target, streamed);
    }
}
