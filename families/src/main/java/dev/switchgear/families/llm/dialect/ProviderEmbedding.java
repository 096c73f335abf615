package dev.switchgear.families.llm.dialect;

/// How a provider is asked for vectors. Stateless; thread-safe.
public interface ProviderEmbedding {
    /// Behind the provider's base URL.
    String embeddingsPath(String model);

    /// How many texts it takes in a call; 1 or more. More go in several calls.
    int inputsMax();

    Worded embeddings(EmbeddingsRequest asked, ModelTarget target) throws NotTranslatable;

    EmbeddingsAnswer embedded(byte[] body) throws MalformedAnswer;
}
