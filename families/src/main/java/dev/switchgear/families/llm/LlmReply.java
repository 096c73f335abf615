package dev.switchgear.families.llm;

/// What a provider answered, in the client's dialect.
///
/// @param status the HTTP status; of a stream that was relayed, the one its head carried
/// @param body the whole answer; empty for a stream, whose bytes have already gone downstream
/// @param model the model the provider says it used; empty where it did not say
/// @param finish why the model stopped, in the dialect's word; empty where it did not say
public record LlmReply(
        int status,
        String contentType,
        byte[] body,
        TokenUsage usage,
        String model,
        String finish) {}
