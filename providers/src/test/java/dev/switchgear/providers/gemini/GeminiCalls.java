package dev.switchgear.providers.gemini;

import dev.switchgear.core.call.Call;
import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.Dispatch;
import dev.switchgear.core.call.Rank;
import dev.switchgear.core.time.ManualTime;
import dev.switchgear.dialects.gemini.GeminiClientDialect;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.call.Downstream;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.families.llm.dialect.ClientDialect;
import dev.switchgear.families.llm.scan.RequestBody;
import dev.switchgear.families.llm.scan.RequestScan;
import dev.switchgear.families.llm.scan.ScanLimits;
import dev.switchgear.providers.TestCalls;
import java.time.Duration;

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
        RequestBody body;
        try {
            body =
                    RequestScan.scan(bytes, asking(operation).scanRules(), ScanLimits.DEFAULT)
                            .at("client-model", streamed);
        } catch (InvalidBody invalid) {
            throw new AssertionError(invalid);
        }
        var request =
                TestCalls.request(
                        asking(operation),
                        operation,
                        body,
                        passable,
                        downstream,
                        TestCalls.TRACEPARENT);
        var call =
                new Call<>(
                        "req-1",
                        request,
                        Deadline.in(Duration.ofMinutes(10), time),
                        true,
                        Rank.NORMAL,
                        0);
        return new Dispatch<>(call, TestCalls.UPSTREAM, model, 1, time);
    }

    static ClientDialect asking(Operation operation) {
        return new GeminiClientDialect(
                operation == Operation.BATCH_EMBEDDINGS
                        ? GeminiClientDialect.Form.BATCH
                        : GeminiClientDialect.Form.EVENTS);
    }
}
