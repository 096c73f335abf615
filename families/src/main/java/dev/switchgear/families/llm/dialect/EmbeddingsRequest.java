package dev.switchgear.families.llm.dialect;

import dev.switchgear.families.llm.chat.Extra;
import java.util.List;
import java.util.OptionalLong;

/// Texts to be turned into vectors.
///
/// @param dimensions of each vector; empty for the model's own
/// @param task what the vectors are for, in Gemini's words; empty where not said
/// @param base64 whether the client wants little-endian float32 in base64 (OpenAI's `encoding_format`)
/// @param extras what only the client's own dialect knows
public record EmbeddingsRequest(
        String model,
        List<String> inputs,
        OptionalLong dimensions,
        String task,
        boolean base64,
        List<Extra> extras) {
    public EmbeddingsRequest {
        inputs = List.copyOf(inputs);
        extras = List.copyOf(extras);
    }

    /// The same for some of the texts.
    ///
    /// @param from the first of them
    /// @param most how many; fewer where there are not so many
    public EmbeddingsRequest some(int from, int most) {
        int to = Math.min(inputs.size(), from + most);
        return new EmbeddingsRequest(
                model, inputs.subList(from, to), dimensions, task, base64, extras);
    }
}
