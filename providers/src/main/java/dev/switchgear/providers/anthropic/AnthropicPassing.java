package dev.switchgear.providers.anthropic;

import dev.switchgear.dialects.AutomaticMarks;
import dev.switchgear.dialects.anthropic.AnthropicProviderDialect;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.dialect.ModelTarget;
import dev.switchgear.families.llm.dialect.ProviderDialect.Framing;
import dev.switchgear.families.llm.dialect.ProviderFitting;
import dev.switchgear.families.llm.scan.RequestBody;
import dev.switchgear.providers.llm.AnswerWatch;
import dev.switchgear.providers.llm.Passing;
import java.util.Optional;

/// Passes messages and counts.
final class AnthropicPassing implements Passing {
    private final Passing reading =
            Passing.of(
                    new AnthropicProviderDialect(),
                    "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");

    @Override
    public Dialect dialect() {
        return Dialect.ANTHROPIC;
    }

    @Override
    public Framing framing() {
        return reading.framing();
    }

    @Override
    public Optional<String> path(Operation operation, String model, boolean streamed) {
        return reading.path(operation, model, streamed);
    }

    @Override
    public Optional<byte[]> body(RequestBody asked, String model, boolean streamed) {
        return reading.body(asked, model, streamed);
    }

    @Override
    public byte[] marked(byte[] body, String model, Part.CacheMark mark) {
        return AutomaticMarks.in(body, AutomaticMarks.Shape.MESSAGES, model, mark);
    }

    @Override
    public ProviderFitting fitting() {
        return reading.fitting();
    }

    @Override
    public AnswerWatch watch(RequestBody asked, ModelTarget target, boolean streamed) {
        return reading.watch(asked, target, streamed);
    }
}
