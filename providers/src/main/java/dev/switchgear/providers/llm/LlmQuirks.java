package dev.switchgear.providers.llm;

import java.util.Optional;

/// Where one server differs from its kind; what is empty is as the kind has it.
///
/// @param keyHeader carries the credential
/// @param keyPrefix stands before the credential in that header
/// @param query added to every path, with its `?`
/// @param doneRequired whether a stream is whole only with its `[DONE]`
/// @param streamUsage whether the server takes `stream_options.include_usage`
/// @param chat whether it offers chat completions
public record LlmQuirks(
        Optional<String> keyHeader,
        Optional<String> keyPrefix,
        Optional<String> query,
        Optional<Boolean> doneRequired,
        Optional<Boolean> streamUsage,
        Optional<Boolean> chat) {
    /// Everything is as the kind has it.
    public static final LlmQuirks NONE =
            new LlmQuirks(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
}
