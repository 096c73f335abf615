package dev.switchgear.providers.openai;

import dev.switchgear.dialects.openai.OpenAiFlavour;
import dev.switchgear.dialects.openai.OpenAiFlavour.Counting;
import dev.switchgear.dialects.openai.OpenAiFlavour.Takes;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.dialect.ModelTarget;
import dev.switchgear.families.llm.dialect.ProviderDialect.Framing;
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
/// @param counting what its `completion_tokens` holds
/// @param embeddings whether it has any
public record OpenAiPassing(
        boolean doneRequired, boolean usageInStreams, Counting counting, boolean embeddings)
        implements Passing {
    /// For a server of which no more is known.
    public OpenAiPassing(boolean doneRequired, boolean usageInStreams) {
        this(doneRequired, usageInStreams, Counting.WHOLE_OR_TOTAL, true);
    }

    /// For a provider that is known, and tells its usage in streams.
    public static OpenAiPassing of(OpenAiFlavour flavour) {
        return new OpenAiPassing(
                flavour.doneRequired(),
                true,
                flavour.counting(),
                flavour.takes().contains(Takes.EMBEDDINGS));
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
            case EMBEDDINGS -> embeddings ? Optional.of("/embeddings") : Optional.empty();
            case BATCH_EMBEDDINGS, COUNT_TOKENS -> Optional.empty();
        };
    }

    @Override
    public byte[] body(RequestBody asked, String model, boolean streamed) {
        byte[] body = asked.withModel(model);
        return addsUsage(asked, streamed) ? StreamOptions.added(body) : body;
    }

    @Override
    public AnswerWatch watch(RequestBody asked, ModelTarget target, boolean streamed) {
        return new OpenAiWatch(doneRequired, addsUsage(asked, streamed), counting);
    }

    private boolean addsUsage(RequestBody asked, boolean streamed) {
        return usageInStreams && streamed && !asked.streamOptions();
    }
}
