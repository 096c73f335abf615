package dev.switchgear.families.llm.dialect;

/// How a provider is asked for vectors. Stateless; thread-safe.
public interface ProviderEmbedding {
    /// Behind the provider's base URL.
    String embeddingsPath(String model);

    /// Whether calls whose clients ask for many vectors in a form of its own go there too.
    boolean batched();

    Worded embeddings(EmbeddingsRequest asked, ModelTarget target) throws NotTranslatable;

    EmbeddingsAnswer embedded(byte[] body) throws MalformedAnswer;
}
