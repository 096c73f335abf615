package dev.switchgear.simulator.openai;

import dev.switchgear.simulator.mind.Model;
import dev.switchgear.simulator.mind.Model.Purpose;
import java.util.List;
import java.util.Optional;

/// Models of section 9 with their sizes. A snapshot's date stands here only where a recording shows
/// it; the others answer under their own name.
public final class OpenAiModels {
    private static final long SINCE = 1_767_225_600L;

    /// What a provider offers that was not told otherwise.
    public static final List<Model> ALL =
            List.of(
                    chat("gpt-4o", "gpt-4o-2024-08-06", 128_000, 16_384),
                    chat("gpt-4o-mini", "gpt-4o-mini-2024-07-18", 128_000, 16_384),
                    chat("gpt-4.1", "gpt-4.1", 1_047_576, 32_768),
                    chat("gpt-4.1-mini", "gpt-4.1-mini", 1_047_576, 32_768),
                    chat("gpt-4.1-nano", "gpt-4.1-nano-2025-04-14", 1_047_576, 32_768),
                    chat("gpt-4", "gpt-4-0613", 8_192, 8_192),
                    reasoning("o3", "o3", 200_000, 100_000),
                    reasoning("o4-mini", "o4-mini", 200_000, 100_000),
                    reasoning("gpt-5", "gpt-5-2025-08-07", 400_000, 128_000),
                    reasoning("gpt-5-mini", "gpt-5-mini-2025-08-07", 400_000, 128_000),
                    reasoning("gpt-5-nano", "gpt-5-nano-2025-08-07", 400_000, 128_000),
                    reasoning("gpt-5.5", "gpt-5.5-2026-04-23", 1_050_000, 128_000),
                    embedding("text-embedding-3-small", 1536),
                    embedding("text-embedding-3-large", 3072),
                    embedding("text-embedding-ada-002", 1536));

    private OpenAiModels() {}

    /// The known model of that name.
    public static Optional<Model> known(String id) {
        return ALL.stream().filter(model -> model.id().equals(id)).findFirst();
    }

    private static Model chat(String id, String snapshot, int context, int maxOutput) {
        return new Model(id, snapshot, SINCE, Purpose.CHAT, context, maxOutput, 0);
    }

    private static Model reasoning(String id, String snapshot, int context, int maxOutput) {
        return new Model(id, snapshot, SINCE, Purpose.REASONING, context, maxOutput, 0);
    }

    private static Model embedding(String id, int dimensions) {
        return new Model(id, id, SINCE, Purpose.EMBEDDING, 8_192, 0, dimensions);
    }
}
