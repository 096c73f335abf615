package dev.switchgear.core.simulation;

/// What can be wrong with an upstream, or with the way there.
enum Trouble {
    NONE,
    /// Answers after seconds.
    SLOW,
    /// 500, having acted or not.
    FLAKY,
    /// Connects and never answers.
    BLACK_HOLE,
    /// Twenty times slower, for a share of requests.
    GREY,
    /// Streams break in the middle: reset, silence, or an end without the terminal event.
    DYING,
    /// 401.
    KEY_REJECTED,
    /// 402.
    ACCOUNT_EXHAUSTED,
    /// 404 for the model.
    MODEL_GONE,
    /// 503 without having acted, with or without Retry-After.
    OVERLOADED,
    /// 429 with Retry-After.
    RATE_LIMITED,
    /// Connections are refused.
    REFUSED,
    /// Packets to it vanish: no connection.
    UNREACHABLE,
    /// The connection is reset before the first byte has left.
    RESET_BEFORE,
    /// The connection is reset after the request has left.
    RESET_AFTER,
    /// Requests arrive and are acted on; answers vanish.
    HALF_OPEN
}
