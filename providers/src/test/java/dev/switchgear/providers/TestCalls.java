package dev.switchgear.providers;

import static org.assertj.core.api.Assertions.assertThat;

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
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.chat.Signature;
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
import java.util.List;
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

    /// What was told, with signatures of which nobody knows the account, as a reader alone tells them.
    public static List<ChatEvent> ofNoAccount(List<ChatEvent> told) {
        return told.stream().map(TestCalls::ofNoAccount).toList();
    }

    private static ChatEvent ofNoAccount(ChatEvent event) {
        return switch (event) {
            case ChatEvent.Signed(Signature seal) -> new ChatEvent.Signed(ofNoAccount(seal));
            case ChatEvent.HiddenThinking(Signature seal) ->
                    new ChatEvent.HiddenThinking(ofNoAccount(seal));
            case ChatEvent.ToolStart(int index, String id, String name, var seal) ->
                    new ChatEvent.ToolStart(index, id, name, seal.map(TestCalls::ofNoAccount));
            default -> event;
        };
    }

    private static Signature ofNoAccount(Signature seal) {
        assertThat(seal.account()).as("whoever signs is known").isNotEmpty();
        return new Signature(seal.value(), seal.signer(), seal.model());
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
