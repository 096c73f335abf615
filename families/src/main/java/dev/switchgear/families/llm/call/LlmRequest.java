package dev.switchgear.families.llm.call;

import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.scan.RequestBody;
import java.util.Map;

/// What a client asks of a model. Shared by all attempts of a call; nobody changes it.
///
/// @param dialect the format `body` is written in
/// @param body the client's bytes, scanned once
/// @param meaning the same in no dialect's words, for upstreams that speak another
/// @param passable whether an upstream of the same dialect may get the client's bytes and the client
///     that upstream's; false where the answer must be understood on its way
/// @param continuing whether the last turn is the beginning of an answer that broke off, to be
///     continued
/// @param holdBack how much of a stream is kept back before the client gets its first byte
/// @param downstream where a streamed answer goes; plain answers return as an [LlmReply]
/// @param companions what goes along with it
/// @param tab where it is written down what the call led to
public record LlmRequest(
        Operation operation,
        Dialect dialect,
        RequestBody body,
        Meaning meaning,
        boolean passable,
        boolean continuing,
        HoldBack holdBack,
        Downstream downstream,
        Companions companions,
        Tab tab) {
    /// A request of which nobody keeps books.
    public LlmRequest(
            Operation operation,
            Dialect dialect,
            RequestBody body,
            Meaning meaning,
            boolean passable,
            boolean continuing,
            HoldBack holdBack,
            Downstream downstream,
            Map<String, String> passed,
            String traceparent) {
        this(
                operation,
                dialect,
                body,
                meaning,
                passable,
                continuing,
                holdBack,
                downstream,
                new Companions(passed, traceparent),
                Tab.NONE);
    }

    /// The request that continues an answer which broke off.
    ///
    /// @param chat ends with what has been said already, as the assistant's turn
    public LlmRequest continued(ChatRequest chat) {
        return new LlmRequest(
                operation,
                dialect,
                body,
                Meaning.of(chat),
                false,
                true,
                HoldBack.NONE,
                downstream,
                companions.continued(),
                tab);
    }

    /// Whether the client wants the answer in pieces.
    public boolean streamed() {
        return operation == Operation.CHAT && body.streamed();
    }
}
