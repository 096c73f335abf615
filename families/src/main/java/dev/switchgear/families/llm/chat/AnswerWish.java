package dev.switchgear.families.llm.chat;

/// A wish about the form of the answer. Only the writer of the client's own dialect looks at it; no
/// provider is told.
public enum AnswerWish {
    /// A streamed answer ends with what was used (OpenAI's `stream_options.include_usage`).
    STREAMED_USAGE,
    /// A tool call is told as OpenAI's `function_call`, which came before `tool_calls`.
    FUNCTION_CALL,
    /// The text of the answer begins with the prompt (`echo` of OpenAI's completions).
    ECHO,
    /// Sealed reasoning is told where it came (the `include` of Responses).
    SEALED_REASONING
}
