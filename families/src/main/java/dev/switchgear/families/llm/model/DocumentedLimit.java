package dev.switchgear.families.llm.model;

import java.util.Locale;

/// A limit that a provider documents for everybody. What an account may really use is told by the
/// provider's answers, and set in the configuration.
public enum DocumentedLimit {
    REQUESTS_PER_SECOND,
    REQUESTS_PER_MINUTE,
    REQUESTS_PER_DAY,
    TOKENS_PER_MINUTE,
    CONCURRENT,
    /// Bytes of a request's body.
    REQUEST_BYTES,
    /// Bytes of one image.
    IMAGE_BYTES,
    MESSAGES,
    STOP_SEQUENCES,
    TOOLS,
    /// Marks of `cache_control` in one request.
    CACHE_MARKS,
    /// Texts in one embeddings request.
    EMBEDDING_INPUTS,
    /// Tokens of all texts of one embeddings request together.
    EMBEDDING_TOKENS;

    /// As it is written in the data.
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
