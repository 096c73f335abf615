package dev.switchgear.simulator.anthropic;

import dev.switchgear.simulator.mind.OfferedModel;
import dev.switchgear.simulator.mind.OfferedModel.Purpose;
import java.util.List;
import java.util.Optional;

/// Models of section 8 with their sizes. A snapshot's date stands here only where a recording shows
/// it; the others answer under their own name.
public final class AnthropicModels {
    private static final long SINCE = 1_760_486_400L;
    private static final int MILLION = 1_000_000;

    /// What a provider offers that was not told otherwise.
    public static final List<OfferedModel> ALL =
            List.of(
                    model("claude-fable-5-1", MILLION, 128_000),
                    model("claude-opus-5-5", MILLION, 128_000),
                    model("claude-sonnet-5-5", MILLION, 128_000),
                    model("claude-haiku-5-5", MILLION, 128_000),
                    model("claude-opus-5", MILLION, 128_000),
                    model("claude-sonnet-5", MILLION, 128_000),
                    model("claude-opus-4-8", MILLION, 128_000),
                    model("claude-opus-4-7", MILLION, 128_000),
                    model("claude-opus-4-6", 200_000, 128_000),
                    model("claude-sonnet-4-6", MILLION, 128_000),
                    model("claude-opus-4-5", 200_000, 64_000),
                    dated("claude-sonnet-4-5", "claude-sonnet-4-5-20250929"),
                    dated("claude-haiku-4-5", "claude-haiku-4-5-20251001"));

    private AnthropicModels() {}

    /// The known model of that name, dated or not.
    private static Optional<OfferedModel> known(String id) {
        return ALL.stream()
                .filter(model -> model.id().equals(id) || model.snapshot().equals(id))
                .findFirst();
    }

    /// The model of that name; where nothing is known of it, with the sizes of the smallest.
    public static OfferedModel named(String id) {
        return known(id).orElseGet(() -> model(id, 200_000, 64_000));
    }

    private static OfferedModel model(String id, int context, int maxOutput) {
        return new OfferedModel(id, id, SINCE, Purpose.REASONING, context, maxOutput, 0);
    }

    private static OfferedModel dated(String id, String snapshot) {
        return new OfferedModel(id, snapshot, SINCE, Purpose.REASONING, 200_000, 64_000, 0);
    }
}
