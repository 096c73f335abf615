package dev.switchgear.providers.openai;

import dev.switchgear.dialects.AutomaticMarks;
import dev.switchgear.dialects.openai.OpenAiFlavour;
import dev.switchgear.dialects.openai.OpenAiFlavour.Takes;
import dev.switchgear.dialects.openai.OpenAiProviderDialect;
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

/// Passes chat completions and embeddings.
///
/// @param doneRequired whether a stream is whole only with its `[DONE]`. If false, a proper end of the
///     body after a `finish_reason` will do, and the client gets the `[DONE]` it may wait for.
/// @param usageInStreams whether the server takes `stream_options.include_usage`. Then it is added
///     where a client does not say, and what it brings is kept from that client.
/// @param flavour what else is known of it
/// @param fitting made once, as it takes more than a call of it
public record OpenAiPassing(
        boolean doneRequired,
        boolean usageInStreams,
        OpenAiFlavour flavour,
        ProviderFitting fitting)
        implements Passing {
    public OpenAiPassing(boolean doneRequired, boolean usageInStreams, OpenAiFlavour flavour) {
        this(doneRequired, usageInStreams, flavour, new OpenAiProviderDialect(flavour).fitting());
    }

    /// For a server of which no more is known.
    public OpenAiPassing(boolean doneRequired, boolean usageInStreams) {
        this(doneRequired, usageInStreams, OpenAiFlavour.COMPATIBLE);
    }

    /// For a provider that is known, and tells its usage in streams.
    public static OpenAiPassing of(OpenAiFlavour flavour) {
        return new OpenAiPassing(flavour.doneRequired(), true, flavour);
    }

    @Override
    public Dialect dialect() {
        return Dialect.OPENAI;
    }

    @Override
    public Framing framing() {
        return Framing.EVENTS;
    }

    @Override
    public Optional<String> path(Operation operation, String model, boolean streamed) {
        return switch (operation) {
            case CHAT -> Optional.of("/chat/completions");
            case EMBEDDINGS ->
                    flavour.takes().contains(Takes.EMBEDDINGS)
                            ? Optional.of("/embeddings")
                            : Optional.empty();
            case BATCH_EMBEDDINGS, COUNT_TOKENS -> Optional.empty();
        };
    }

    @Override
    public Optional<byte[]> body(RequestBody asked, String model, boolean streamed) {
        int idChars = flavour.toolIds().charsMax();
        if (idChars < OpenAiFlavour.COMPATIBLE.toolIds().charsMax()
                && LongToolIds.in(asked, idChars)) {
            return Optional.empty();
        }
        byte[] body = asked.withModel(model);
        return Optional.of(addsUsage(asked, streamed) ? StreamOptions.added(body) : body);
    }

    @Override
    public byte[] marked(byte[] body, String model, Part.CacheMark mark) {
        return flavour.marks(model)
                ? AutomaticMarks.in(body, AutomaticMarks.Shape.CHAT, model, mark)
                : body;
    }

    @Override
    public AnswerWatch watch(RequestBody asked, ModelTarget target, boolean streamed) {
        return new OpenAiWatch(doneRequired, addsUsage(asked, streamed), flavour.counting());
    }

    private boolean addsUsage(RequestBody asked, boolean streamed) {
        return usageInStreams && streamed && !asked.streamOptions();
    }
}
