package dev.switchgear.simulator.cache;

/// What of one prompt a cache knew, and what it remembered anew.
///
/// @param read tokens that were known
/// @param written tokens remembered from now on, where the provider counts them
public record CacheUse(int read, int written) {
    public static final CacheUse NONE = new CacheUse(0, 0);

    /// The same as a prompt counts it that is charged less than its cache reckoned.
    public CacheUse within(int tokens) {
        int most = Math.min(read, tokens);
        return new CacheUse(most, Math.min(written, tokens - most));
    }
}
