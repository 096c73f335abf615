package dev.switchgear.server.gateway.llm;

/// What a route does about a stream that breaks off after its first token has left.
public enum StreamPromise {
    /// The client is told, in its dialect, that the stream broke off.
    RELAY,
    /// Another provider continues from what has been sent.
    CONTINUE,
    /// Nothing leaves before the answer is whole, so that it can be asked for again.
    COMPLETE
}
