package dev.switchgear.providers.gemini;

import dev.switchgear.core.call.Call;
import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.Dispatch;
import dev.switchgear.core.call.Rank;
import dev.switchgear.core.time.ManualTime;
import dev.switchgear.families.llm.Conversation;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.RequestBody;
import dev.switchgear.families.llm.call.Downstream;
import dev.switchgear.families.llm.call.HoldBack;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.families.llm.call.Meaning;
import dev.switchgear.families.llm.dialect.ClientDialect;
import dev.switchgear.families.llm.dialect.gemini.GeminiClient;
import dev.switchgear.providers.Asked;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/// Calls of a client of Gemini.
final class GeminiCalls {
    private GeminiCalls() {}

    /// @param passable whether bytes may pass, or everything is translated
    static Dispatch<LlmRequest> dispatch(
            Operation operation,
            byte[] bytes,
            boolean streamed,
            boolean passable,
            String model,
            Downstream downstream,
            ManualTime time) {
        var body =
                new RequestBody(
                        bytes,
                        "client-model",
                        -1,
                        -1,
                        streamed,
                        false,
                        OptionalLong.empty(),
                        1,
                        List.of(),
                        Conversation.NONE);
        ClientDialect dialect =
                new GeminiClient(
                        operation == Operation.BATCH_EMBEDDINGS
                                ? GeminiClient.Form.BATCH
                                : GeminiClient.Form.EVENTS);
        var request =
                new LlmRequest(
                        operation,
                        Dialect.GEMINI,
                        body,
                        Meaning.of(operation, body, dialect),
                        passable,
                        false,
                        HoldBack.NONE,
                        downstream,
                        Map.of(),
                        Asked.TRACEPARENT);
        var call =
                new Call<>(
                        "req-1",
                        request,
                        Deadline.in(Duration.ofMinutes(10), time),
                        true,
                        Rank.NORMAL,
                        0);
        return new Dispatch<>(call, Asked.UPSTREAM, model, 1, time);
    }
}
