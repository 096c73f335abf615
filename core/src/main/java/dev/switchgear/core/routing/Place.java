package dev.switchgear.core.routing;

/// Where a target stands among the others of its route, before the strategy has its say.
///
/// @param tier lower ones are asked first; 0 or more (default 0)
/// @param share of the calls that ask it first within its tier, while all others ask it last there;
///     up to 1, and 0 for a target like any other (default 0)
/// @param reserve whether it is only asked once a request did not fit another (default no)
public record Place(int tier, double share, boolean reserve) {
    public static final Place USUAL = new Place(0, 0, false);

    public Place {
        if (tier < 0) {
            throw new IllegalArgumentException("tier: " + tier + " (expected: 0 or more)");
        }
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("share: " + share + " (expected: 0 to 1)");
        }
    }

    /// The same in another tier.
    public Place in(int other) {
        return new Place(other, share, reserve);
    }
}
