package dev.switchgear.providers;

import dev.switchgear.core.call.Call;
import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.Dispatch;
import dev.switchgear.core.call.Rank;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.time.ManualTime;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.call.Downstream;
import dev.switchgear.families.llm.call.HoldBack;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.families.llm.call.Meaning;
import dev.switchgear.families.llm.dialect.ClientDialect;
import dev.switchgear.families.llm.model.ModelTraits;
import dev.switchgear.families.llm.scan.RequestBody;
import dev.switchgear.families.llm.scan.RequestScan;
import dev.switchgear.families.llm.scan.ScanLimits;
import dev.switchgear.providers.llm.LlmPlace;
import dev.switchgear.wire.Endpoint;
import dev.switchgear.wire.Headers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/// Calls to test with.
public final class TestCalls {
    /// The upstream under test, where its name does not matter.
    public static final UpstreamId UPSTREAM = new UpstreamId("provider", "main");

    public static final String TRACEPARENT =
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private TestCalls() {}

    /// A place of whose models nothing is known.
    public static LlmPlace at(Endpoint endpoint) {
        return new LlmPlace(endpoint, Headers.NONE, _ -> ModelTraits.UNKNOWN);
    }

    public static Call<LlmRequest> call(
            Operation operation, byte[] body, Downstream downstream, ManualTime time) {
        return call(Dialect.OPENAI, operation, body, downstream, time);
    }

    public static Call<LlmRequest> call(
            Dialect dialect,
            Operation operation,
            byte[] body,
            Downstream downstream,
            ManualTime time) {
        try {
            LlmRequest request =
                    request(
                            dialect,
                            operation,
                            RequestScan.scan(
                                    body, new Unread(dialect).scanRules(), ScanLimits.DEFAULT),
                            downstream,
                            TRACEPARENT);
            return new Call<>(
                    "req-1",
                    request,
                    Deadline.in(Duration.ofMinutes(10), time),
                    true,
                    Rank.NORMAL,
                    0);
        } catch (InvalidBody invalid) {
            throw new AssertionError(invalid);
        }
    }

    /// A request of an OpenAI client whose bytes may pass.
    public static LlmRequest request(
            Operation operation, RequestBody body, Downstream downstream, String traceparent) {
        return request(Dialect.OPENAI, operation, body, downstream, traceparent);
    }

    /// A request whose bytes may pass.
    public static LlmRequest request(
            Dialect dialect,
            Operation operation,
            RequestBody body,
            Downstream downstream,
            String traceparent) {
        return request(new Unread(dialect), operation, body, true, downstream, traceparent);
    }

    /// @param asking reads the body, where that is needed
    /// @param passable whether bytes may pass
    public static LlmRequest request(
            ClientDialect asking,
            Operation operation,
            RequestBody body,
            boolean passable,
            Downstream downstream,
            String traceparent) {
        return new LlmRequest(
                operation,
                asking.dialect(),
                body,
                Meaning.of(operation, body, asking),
                passable,
                false,
                HoldBack.NONE,
                downstream,
                Map.of(),
                traceparent);
    }

    public static Dispatch<LlmRequest> first(
            Operation operation,
            String body,
            String model,
            Downstream downstream,
            ManualTime time) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return new Dispatch<>(call(operation, bytes, downstream, time), UPSTREAM, model, 1, time);
    }
}
