package dev.switchgear.core.routing;

/// How a route orders the upstreams that may take a call.
public enum Strategy {
    /// As written in the configuration.
    PRIORITY,
    /// At random, in proportion to the weights.
    WEIGHTED,
    /// In turn.
    ROUND_ROBIN,
    /// Of two drawn at random the one with less load: peak-EWMA latency times requests in flight.
    LEAST_LATENCY,
    /// The cheapest first.
    COST,
    /// The best history first: latency, availability, cost, headroom.
    SCORE
}
