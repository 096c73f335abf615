package dev.switchgear.server.gateway.llm;

import dev.switchgear.core.call.Call;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.routing.Answer;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.call.HoldBack;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.scan.RequestBody;
import dev.switchgear.families.money.Money;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/// Where a model's name leads: a route that can carry calls for it. Thread-safe.
public interface Destination {
    /// The route's name, as clients and operators see it.
    String route();

    /// The providers that may be asked, in the order of the configuration.
    Set<String> providers();

    /// How long a call may take, all attempts together.
    Duration total();

    /// What is done about a stream that breaks off.
    StreamPromise promise();

    /// How much of a stream is kept back before the client gets its first byte.
    HoldBack holdBack();

    /// The mark that is set in prompts of which the client marked nothing, for models that remember only
    /// what is marked; empty for none.
    Optional<Part.CacheMark> marks();

    /// Whether a conversation that a provider keeps (a thread of Anthropic's) can go on here: there is
    /// one account alone, of a kind that keeps them, and nobody else takes up what breaks off. Elsewhere
    /// the next call of it may come to an account that has never heard of it.
    boolean keepsThreads();

    /// What a call may cost at most, at the dearest of those upstreams whose price is known; empty where
    /// none is.
    Optional<Money> ceiling(Operation operation, RequestBody body);

    /// Where it leads, as `provider/model`.
    Set<String> targets();

    /// The same without a provider; the same as it is where that would leave nobody.
    Destination without(String provider);

    /// Whether it is remembered where a conversation went, because it makes a difference here.
    boolean remembers();

    /// The same for a call of a conversation, which had better go where the one before it went.
    Destination going(ConversationKey conversation);

    /// The same, where it is known who answered last.
    Destination going(ConversationKey conversation, UpstreamId before);

    /// Whether who answered is who answered the conversation before: for a call of a conversation whose
    /// client is told so.
    Optional<Boolean> again(UpstreamId answered);

    /// Carries a call and blocks until it is settled; for a stream, until its last byte has been
    /// written downstream. The interrupt of a client that has gone settles it as cancelled.
    Answer<LlmReply> carry(Call<LlmRequest> call);
}
