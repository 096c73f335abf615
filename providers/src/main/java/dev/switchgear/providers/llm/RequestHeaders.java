package dev.switchgear.providers.llm;

import dev.switchgear.core.call.Dispatch;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.families.llm.dialect.ProviderDialect.Framing;
import dev.switchgear.wire.Headers;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// The headers that one account sends. Immutable; thread-safe.
final class RequestHeaders {
    /// Those that every request, or many, have from here.
    static final Set<String> ALWAYS =
            Set.of("accept", "content-type", "traceparent", "x-request-id");

    private static final Pattern CALL_ID = Pattern.compile("[!-~]{1,128}");
    private static final Pattern TRACEPARENT =
            Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

    private final Headers plain;
    private final Headers events;
    private final Headers lines;

    RequestHeaders(LlmAccount account) {
        Headers always = account.headers().with("Content-Type", "application/json");
        this.plain = always.with("Accept", "application/json");
        this.events = always.with("Accept", "text/event-stream");
        this.lines = always.with("Accept", "application/x-ndjson");
    }

    /// With the headers of the client that may pass where its bytes do.
    Headers passed(Dispatch<LlmRequest> dispatch, Framing framing) {
        Headers headers = own(dispatch, framing);
        for (Map.Entry<String, String> passed :
                dispatch.request().companions().passed().entrySet()) {
            headers = headers.with(passed.getKey(), passed.getValue());
        }
        return headers;
    }

    /// With none of the client's.
    Headers own(Dispatch<LlmRequest> dispatch, Framing framing) {
        Headers headers =
                !dispatch.request().streamed()
                        ? plain
                        : switch (framing) {
                            case EVENTS -> events;
                            case LINES -> lines;
                        };
        // Both come from the client: nothing goes out that could break a header line.
        String callId = dispatch.call().id();
        if (CALL_ID.matcher(callId).matches()) {
            headers = headers.with("X-Request-Id", callId);
        }
        String traceparent = dispatch.request().companions().traceparent();
        return TRACEPARENT.matcher(traceparent).matches()
                ? headers.with("traceparent", traceparent)
                : headers;
    }
}
