package dev.switchgear.families.llm.tokens;

/// What a call used, in tokens. No token is counted in two components, so they may be added and
/// priced one by one. [TokenTally] makes them of what a provider reports, whose counts overlap.
///
/// @param input neither from nor to a cache, nor audio or image; -1 where nothing is known of the
///     input, and then its other parts are 0
/// @param cacheRead input that was read from the provider's prompt cache
/// @param cacheWrite input written to that cache for its usual time (5 min at Anthropic)
/// @param cacheWriteHour input written to that cache for an hour
/// @param audioIn input that was audio, not cached
/// @param imageIn input that was image or video, not cached, where a provider counts it apart
/// @param output what the client was sent as text or tool calls; -1 where nothing is known of the
///     output, and then its other parts are 0
/// @param reasoning output that was spent on reasoning, shown or not
/// @param audioOut output that was audio
/// @param imageOut output that was image
/// @param estimated that we reckoned the counts, because no provider reported them
public record TokenUsage(
        long input,
        long cacheRead,
        long cacheWrite,
        long cacheWriteHour,
        long audioIn,
        long imageIn,
        long output,
        long reasoning,
        long audioOut,
        long imageOut,
        boolean estimated) {
    /// Nothing was reported.
    public static final TokenUsage UNKNOWN = new TokenUsage(-1, 0, 0, 0, 0, 0, -1, 0, 0, 0, false);

    public TokenUsage {
        check("input", input, cacheRead, cacheWrite, cacheWriteHour, audioIn, imageIn);
        check("output", output, reasoning, audioOut, imageOut);
    }

    private static void check(String side, long rest, long... parts) {
        if (rest < -1) {
            throw new IllegalArgumentException(side + ": " + rest + " (expected: -1 or more)");
        }
        for (long part : parts) {
            if (part < 0 || (rest < 0 && part > 0)) {
                throw new IllegalArgumentException(
                        "a part of " + side + ": " + part + " beside " + rest);
            }
        }
    }

    /// Text in, text out, nothing cached. A side of which nothing is known is -1.
    public static TokenUsage of(long input, long output) {
        return new TokenUsage(input, 0, 0, 0, 0, 0, output, 0, 0, 0, false);
    }

    /// As [#of], but reckoned by us.
    public static TokenUsage estimate(long input, long output) {
        return new TokenUsage(input, 0, 0, 0, 0, 0, output, 0, 0, 0, true);
    }

    /// The same, with what is not known of either side filled in by an estimate, and then marked as
    /// one.
    public TokenUsage orEstimate(long wholeInput, long wholeOutput) {
        if (input >= 0 && output >= 0) {
            return this;
        }
        return new TokenUsage(
                input < 0 ? Math.max(0, wholeInput) : input,
                cacheRead,
                cacheWrite,
                cacheWriteHour,
                audioIn,
                imageIn,
                output < 0 ? Math.max(0, wholeOutput) : output,
                reasoning,
                audioOut,
                imageOut,
                true);
    }

    /// The same of an answer that broke off before its provider had counted all of it: its count so far
    /// is where ours is not more, and the whole is marked as an estimate. What it said of the input
    /// stays.
    ///
    /// @param wholeInput ours, where the provider said nothing of it
    /// @param wholeOutput ours, of what was received
    public TokenUsage soFar(long wholeInput, long wholeOutput) {
        long parts = reasoning + audioOut + imageOut;
        return new TokenUsage(
                input < 0 ? Math.max(0, wholeInput) : input,
                cacheRead,
                cacheWrite,
                cacheWriteHour,
                audioIn,
                imageIn,
                Math.max(Math.max(0, output), wholeOutput - parts),
                reasoning,
                audioOut,
                imageOut,
                true);
    }

    public boolean known() {
        return input >= 0 || output >= 0;
    }

    /// All input, cached or not: the size of the prompt. -1 where nothing is known of it.
    public long wholeInput() {
        return input < 0 ? -1 : input + cacheRead + cacheWrite + cacheWriteHour + audioIn + imageIn;
    }

    /// All output, reasoning too. -1 where nothing is known of it.
    public long wholeOutput() {
        return output < 0 ? -1 : output + reasoning + audioOut + imageOut;
    }

    /// Input and output together; -1 where nothing is known of either.
    public long total() {
        return known() ? Math.max(0, wholeInput()) + Math.max(0, wholeOutput()) : -1;
    }

    /// Both together, as of two attempts that were both paid for. An estimate if one of them is.
    public TokenUsage plus(TokenUsage other) {
        return new TokenUsage(
                sum(input, other.input),
                cacheRead + other.cacheRead,
                cacheWrite + other.cacheWrite,
                cacheWriteHour + other.cacheWriteHour,
                audioIn + other.audioIn,
                imageIn + other.imageIn,
                sum(output, other.output),
                reasoning + other.reasoning,
                audioOut + other.audioOut,
                imageOut + other.imageOut,
                estimated || other.estimated);
    }

    private static long sum(long one, long other) {
        return one < 0 && other < 0 ? -1 : Math.max(0, one) + Math.max(0, other);
    }
}
