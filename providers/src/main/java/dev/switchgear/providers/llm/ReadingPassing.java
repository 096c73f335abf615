package dev.switchgear.providers.llm;

import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.dialect.ModelTarget;
import dev.switchgear.families.llm.dialect.ProviderDialect;
import dev.switchgear.families.llm.dialect.ProviderDialect.Framing;
import dev.switchgear.families.llm.scan.RequestBody;
import java.util.Optional;

/// Passes bytes and reads along, in a dialect that needs nothing added to a request.
record ReadingPassing(ProviderDialect words) implements Passing {
    @Override
    public Dialect dialect() {
        return words.dialect();
    }

    @Override
    public Framing framing() {
        return words.framing();
    }

    @Override
    public Optional<String> path(Operation operation, String model, boolean streamed) {
        return words.path(operation, model, streamed);
    }

    @Override
    public byte[] body(RequestBody asked, String model, boolean streamed) {
        return asked.withModel(model);
    }

    @Override
    public AnswerWatch watch(RequestBody asked, ModelTarget target, boolean streamed) {
        return new ReadingAnswerWatch(words.answer(target, streamed));
    }
}
