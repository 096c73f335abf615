package dev.switchgear.families.llm.call;

import java.util.Map;

/// What goes to upstreams beside a request's body.
///
/// @param passed headers of the client that belong to its dialect (`anthropic-beta`), for upstreams
///     of the same one
/// @param traceparent the W3C trace context to send along; empty for none
public record Companions(Map<String, String> passed, String traceparent) {
    /// Nothing.
    public static final Companions NONE = new Companions(Map.of(), "");

    public Companions {
        passed = Map.copyOf(passed);
    }
}
