package dev.switchgear.families.llm.tokens;

/// Takes a provider's counts as they come and makes disjoint ones of them. Not thread-safe.
///
/// Providers count a side either as a whole that includes its parts ([#prompt], [#completion]) or as
/// what is left beside them ([#input], [#output]); say whichever is reported. Every count replaces
/// what was said of it before, as running totals in a stream do. One below 0 was not reported and is
/// passed over.
///
/// Parts that add up to more than their whole are cut to it, in the order of [TokenUsage]'s
/// components: the whole is what is billed, and some servers report more reasoning than output.
public final class TokenTally {
    /// More than any count that means something; it keeps sums from overflowing.
    private static final long COUNT_MAX = 1_000_000_000_000_000L;

    private long prompt = -1;
    private long input = -1;
    private long cacheRead;
    private long cacheWrite;
    private long cacheWriteHour;
    private long audioIn;
    private long imageIn;
    private long completion = -1;
    private long output = -1;
    private long reasoning;
    private long audioOut;
    private long imageOut;

    /// All input, whatever its kind. Wins over [#input] where both are said.
    public TokenTally prompt(long whole) {
        prompt = said(whole, prompt);
        return this;
    }

    /// Input beside its parts.
    public TokenTally input(long rest) {
        input = said(rest, input);
        return this;
    }

    public TokenTally cacheRead(long part) {
        cacheRead = said(part, cacheRead);
        return this;
    }

    public TokenTally cacheWrite(long part) {
        cacheWrite = said(part, cacheWrite);
        return this;
    }

    public TokenTally cacheWriteHour(long part) {
        cacheWriteHour = said(part, cacheWriteHour);
        return this;
    }

    public TokenTally audioIn(long part) {
        audioIn = said(part, audioIn);
        return this;
    }

    public TokenTally imageIn(long part) {
        imageIn = said(part, imageIn);
        return this;
    }

    /// All output, whatever its kind. Wins over [#output] where both are said.
    public TokenTally completion(long whole) {
        completion = said(whole, completion);
        return this;
    }

    /// Output beside its parts.
    public TokenTally output(long rest) {
        output = said(rest, output);
        return this;
    }

    public TokenTally reasoning(long part) {
        reasoning = said(part, reasoning);
        return this;
    }

    public TokenTally audioOut(long part) {
        audioOut = said(part, audioOut);
        return this;
    }

    public TokenTally imageOut(long part) {
        imageOut = said(part, imageOut);
        return this;
    }

    private static long said(long now, long before) {
        return now < 0 ? before : Math.min(now, COUNT_MAX);
    }

    /// What has been said so far; [TokenUsage#UNKNOWN] if nothing.
    public TokenUsage usage() {
        long[] in = {cacheRead, cacheWrite, cacheWriteHour, audioIn, imageIn};
        long[] out = {reasoning, audioOut, imageOut};
        long restIn = rest(prompt, input, in);
        long restOut = rest(completion, output, out);
        return new TokenUsage(
                restIn, in[0], in[1], in[2], in[3], in[4], restOut, out[0], out[1], out[2], false);
    }

    /// What is left of a side beside its parts, which are cut to their whole where it is known.
    private static long rest(long whole, long rest, long[] parts) {
        if (whole < 0) {
            long any = 0;
            for (long part : parts) {
                any |= part;
            }
            return rest < 0 && any != 0 ? 0 : rest;
        }
        long left = whole;
        for (int i = 0; i < parts.length; i++) {
            parts[i] = Math.min(parts[i], left);
            left -= parts[i];
        }
        return left;
    }
}
