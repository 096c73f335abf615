package dev.switchgear.server.edge.llm;

/// What a route does about a stream that breaks off after its first token has left.
public enum Promise {
    /// The client is told, in its dialect, that the stream broke off.
    RELAY,
    /// Another provider continues from what has been sent.
    CONTINUE,
    /// Nothing leaves before the answer is whole, so that it can be asked for again.
    COMPLETE
}
