package dev.switchgear.families.llm.chat;

import dev.switchgear.families.llm.Dialect;

/// Where the bytes of an image, document or audio piece are.
public sealed interface Media {
    /// @param type the media type without parameters, in lower case: `image/png`
    /// @param base64 standard alphabet, padded
    record Inline(String type, String base64) implements Media {}

    /// @param type as stated; empty where not said
    record Url(String url, String type) implements Media {}

    /// Text given as a document.
    record PlainText(String text) implements Media {}

    /// A file that lies with the dialect's provider; no other provider has it.
    record FileId(Dialect dialect, String id, String type) implements Media {}
}
