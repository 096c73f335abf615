package dev.switchgear.simulator.gemini;

import dev.switchgear.simulator.mind.OfferedModel;
import dev.switchgear.simulator.mind.OfferedModel.Purpose;
import java.util.List;
import java.util.Optional;

/// Models of section 9 with their sizes.
public final class GeminiModels {
    private static final long SINCE = 1_750_118_400L;
    private static final int CONTEXT = 1_048_576;
    private static final int MAX_OUTPUT = 65_536;
    private static final int EMBEDDING_CONTEXT = 2_048;
    private static final int DIMENSIONS = 3_072;

    /// What a provider offers that was not told otherwise.
    public static final List<OfferedModel> ALL =
            List.of(
                    text("gemini-4-argon"),
                    text("gemini-3.8-flash"),
                    text("gemini-3.7-flash"),
                    text("gemini-3.6-flash"),
                    text("gemini-3.5-flash"),
                    text("gemini-3.5-flash-lite"),
                    text("gemini-3.1-pro-preview"),
                    text("gemini-3.1-flash-lite"),
                    text("gemini-3-flash-preview"),
                    text("gemini-2.5-pro"),
                    text("gemini-2.5-flash"),
                    text("gemini-2.5-flash-lite"),
                    embedding("gemini-embedding-001"),
                    embedding("gemini-embedding-2"));

    private GeminiModels() {}

    /// The known model of that name.
    private static Optional<OfferedModel> known(String id) {
        return ALL.stream().filter(model -> model.id().equals(id)).findFirst();
    }

    /// The model of that name; where nothing is known of it, one that its name tells the purpose of.
    public static OfferedModel named(String id) {
        return known(id).orElseGet(() -> id.contains("embedding") ? embedding(id) : text(id));
    }

    private static OfferedModel text(String id) {
        return new OfferedModel(id, id, SINCE, Purpose.REASONING, CONTEXT, MAX_OUTPUT, 0);
    }

    private static OfferedModel embedding(String id) {
        return new OfferedModel(id, id, SINCE, Purpose.EMBEDDING, EMBEDDING_CONTEXT, 0, DIMENSIONS);
    }
}
