package dev.switchgear.core.call;

/// What a failure tells about: the smallest thing that would fail again.
public enum Scope {
    /// This request would fail anywhere.
    REQUEST,
    /// This credential at this provider.
    KEY,
    /// Every credential of the account; we treat keys of one provider entry as one account.
    ACCOUNT,
    /// This subject at this upstream.
    SUBJECT,
    /// The provider as a whole, as far as this upstream shows.
    PROVIDER
}
