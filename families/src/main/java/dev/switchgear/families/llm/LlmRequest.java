package dev.switchgear.families.llm;

/// What a client asks of a model. Shared by all attempts of a call; nobody changes it.
///
/// @param dialect the format `body` is written in
/// @param body the client's bytes, scanned once
/// @param downstream where a streamed answer goes; plain answers return as an [LlmReply]
/// @param traceparent the W3C trace context to send along; empty for none
public record LlmRequest(
        Operation operation,
        Dialect dialect,
        RequestBody body,
        Downstream downstream,
        String traceparent) {}
