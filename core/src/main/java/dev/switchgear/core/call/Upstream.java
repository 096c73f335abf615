package dev.switchgear.core.call;

/// One endpoint of a provider with one credential. Outer modules implement it.
///
/// @param <Q> what is asked, in the family's words
/// @param <A> what is answered, in the family's words
public interface Upstream<Q, A> {
    UpstreamId id();

    /// Sends the call once and blocks until the attempt is settled; for a stream, until its last
    /// byte has been handed downstream. Never sends a second time.
    ///
    /// Whatever the upstream or the network does becomes an [Outcome], never an exception: what is
    /// thrown is a defect of the adapter, and counts as this upstream's failure. Just before anything of
    /// the request may leave, it calls [Dispatch#leaving]. When the
    /// calling thread is interrupted (the client has gone, or another attempt won), it closes what
    /// it opened, restores the interrupt and returns a failure with [Cause#CANCELLED].
    ///
    /// Thread-safe: many attempts run at once.
    Outcome<A> send(Dispatch<Q> dispatch);
}
