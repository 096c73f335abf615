package dev.switchgear.families.llm.call;

import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.seal.ClientSeals;
import java.util.Map;
import java.util.Optional;

/// What goes to upstreams beside a request's body, and what is known of it there.
///
/// @param passed headers of the client that belong to its dialect (`anthropic-beta`), for upstreams
///     of the same one
/// @param traceparent the W3C trace context to send along; empty for none
/// @param seals what is remembered of thoughts that the client was told
/// @param home what the one upstream is asked instead that keeps the conversation so far; empty where
///     nobody does
/// @param marks the mark to set in prompts of which the client marked nothing, for models that remember
///     only what is marked; empty for none
public record Companions(
        Map<String, String> passed,
        String traceparent,
        ClientSeals seals,
        Optional<AtHome> home,
        Optional<Part.CacheMark> marks) {
    /// Nothing.
    public static final Companions NONE = new Companions(Map.of(), "");

    public Companions {
        passed = Map.copyOf(passed);
    }

    /// Those of a client of whom nothing is remembered, in a conversation that nobody keeps.
    public Companions(Map<String, String> passed, String traceparent) {
        this(passed, traceparent, ClientSeals.NONE, Optional.empty(), Optional.empty());
    }

    /// The same for a request that is worded anew to go on with an answer.
    Companions continued() {
        return new Companions(Map.of(), traceparent, seals, Optional.empty(), marks);
    }
}
