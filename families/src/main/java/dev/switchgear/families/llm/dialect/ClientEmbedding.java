package dev.switchgear.families.llm.dialect;

import dev.switchgear.families.llm.InvalidBody;

/// How clients ask for vectors, and are answered. Stateless; thread-safe.
public interface ClientEmbedding {
    EmbeddingsRequest embeddings(byte[] body, String model) throws InvalidBody;

    byte[] embedded(EmbeddingsRequest asked, EmbeddingsAnswer answer);
}
