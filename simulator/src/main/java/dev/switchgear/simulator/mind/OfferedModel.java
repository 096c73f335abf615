package dev.switchgear.simulator.mind;

/// A model that a simulated provider offers.
///
/// @param id what clients ask for
/// @param snapshot the dated name that answers carry; `id` where there is none
/// @param created seconds since 1970 at which it appeared
/// @param context tokens of prompt and answer together
/// @param maxOutput tokens of an answer
/// @param dimensions of its vectors
public record OfferedModel(
        String id,
        String snapshot,
        long created,
        Purpose purpose,
        int context,
        int maxOutput,
        int dimensions) {
    /// What a model is for.
    public enum Purpose {
        CHAT,
        /// Chat, with thoughts that are counted but never shown.
        REASONING,
        EMBEDDING
    }

    public OfferedModel {
        if (id.isBlank()) {
            throw new IllegalArgumentException("model id: blank (expected: a name)");
        }
        if (context < 1 || maxOutput < 0 || dimensions < 0) {
            throw new IllegalArgumentException(
                    "model " + id + ": sizes must not be negative, context must be 1 or more");
        }
    }

    /// A chat model of this name with a context of 128,000 tokens and answers of up to 16,384.
    public static OfferedModel chat(String id) {
        return new OfferedModel(id, id, 1_767_225_600L, Purpose.CHAT, 128_000, 16_384, 0);
    }
}
