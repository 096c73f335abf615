package dev.switchgear.families.llm.chat;

import dev.switchgear.families.llm.Dialect;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// A piece of a [Turn].
public sealed interface Part {
    /// @param text may be empty; dialects that reject empty text leave it out
    record Text(String text) implements Part {}

    /// @param detail how closely to look: `low`, `high`, `auto` and the like; empty where not said
    record Image(Media media, String detail) implements Part {}

    /// @param name the file's name, or its title; empty where not said
    record Document(Media media, String name) implements Part {}

    record Audio(Media media) implements Part {}

    /// The model asked for a tool.
    ///
    /// @param id ties the result to it; dialects that have none are given one by order, the same each
    ///     time the history is sent
    /// @param arguments JSON as it came, so that numbers keep every digit; empty means `{}`; from a
    ///     model that broke it off, not JSON at all
    /// @param signature that must be sent back with it, where the provider signed it
    /// @param raw as the client's dialect says it, where that is no call of a function
    record ToolCall(
            String id,
            String name,
            String arguments,
            Optional<Signature> signature,
            Optional<Foreign> raw)
            implements Part {
        /// One of a function.
        public ToolCall(String id, String name, String arguments, Optional<Signature> signature) {
            this(id, name, arguments, signature, Optional.empty());
        }

        /// The same of a tool that is called otherwise.
        public ToolCall named(String other) {
            return new ToolCall(id, other, arguments, signature, raw);
        }

        /// The same with another signature, or without one.
        public ToolCall signed(Optional<Signature> other) {
            return new ToolCall(id, name, arguments, other, raw);
        }
    }

    /// What the tool returned.
    ///
    /// @param id of the call it answers
    /// @param name of the tool; empty where the dialect does not repeat it (the call does)
    /// @param content texts, images and documents
    /// @param error whether the tool failed
    /// @param raw as the client's dialect says it, where that is no result of a function
    record ToolResult(
            String id, String name, List<Part> content, boolean error, Optional<Foreign> raw)
            implements Part {
        public ToolResult {
            content = List.copyOf(content);
        }

        /// One of a function.
        public ToolResult(String id, String name, List<Part> content, boolean error) {
            this(id, name, content, error, Optional.empty());
        }

        /// The same of a tool that is called otherwise.
        public ToolResult named(String other) {
            return new ToolResult(id, other, content, error, raw);
        }
    }

    /// The model's own reasoning, said before.
    ///
    /// @param text may be empty while a signature is there
    record Thinking(String text, Optional<Signature> signature) implements Part {}

    /// Reasoning that only its provider can read: redacted or encrypted.
    ///
    /// @param signature the hidden content itself, and whose it is
    record HiddenThinking(Signature signature) implements Part {}

    /// The model declined, in these words.
    record Refusal(String text) implements Part {}

    /// What stands before it may be kept in the provider's prompt cache. Only a hint: a dialect
    /// without marks leaves it out.
    ///
    /// @param ttl `5m`, `1h`; empty for the provider's default
    record CacheMark(String ttl) implements Part {}

    /// Something that only one dialect has: citations, results of hosted tools. It goes back to that
    /// dialect as it came; every other drops it by name or refuses it.
    record Foreign(Dialect dialect, String kind, JsonNode raw) implements Part {}
}
