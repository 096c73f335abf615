package dev.switchgear.core.call;

/// Why an attempt failed. The provider's adapter names it; everything after decides by it.
public enum Cause {
    /// The address is not one we may connect to.
    EGRESS_DENIED(Blame.UPSTREAM),
    /// No connection: refused, unreachable, name unknown.
    CONNECT_FAILED(Blame.UPSTREAM),
    CONNECT_TIMEOUT(Blame.UPSTREAM),
    /// The certificate or the handshake is bad.
    TLS_FAILED(Blame.UPSTREAM),
    /// Connected and sent, but no response head in time.
    HEAD_TIMEOUT(Blame.UPSTREAM),
    FIRST_PIECE_TIMEOUT(Blame.UPSTREAM),
    IDLE_TIMEOUT(Blame.UPSTREAM),
    /// The call's deadline passed.
    DEADLINE(Blame.UPSTREAM),
    /// The connection broke after the request began to leave.
    CONNECTION_LOST(Blame.UPSTREAM),
    /// The answer breaks the protocol: framing, content type, JSON, no terminal event.
    MALFORMED(Blame.UPSTREAM),
    /// Our adapter for this upstream threw: a defect of ours, which the next upstream may not meet.
    ADAPTER_FAILED(Blame.UPSTREAM),
    /// 500 and the like.
    SERVER_ERROR(Blame.UPSTREAM),
    /// 503, 529: alive, but has no room.
    OVERLOADED(Blame.UPSTREAM),
    /// 429: so much is not taken now, mostly of this subject with this key.
    RATE_LIMITED(Blame.ACCESS),
    /// 401: this key is not accepted.
    KEY_REJECTED(Blame.ACCESS),
    /// 402, quota used up: the account needs a person.
    ACCOUNT_EXHAUSTED(Blame.ACCESS),
    /// This key may not do this.
    FORBIDDEN(Blame.ACCESS),
    /// This upstream does not have what the call is about: the model, symbol or market.
    SUBJECT_UNKNOWN(Blame.ACCESS),
    /// The request is larger than the subject takes.
    TOO_LARGE(Blame.REQUEST),
    /// The provider's policy refused the content.
    POLICY_REFUSED(Blame.REQUEST),
    /// The request itself is at fault, or something that it names.
    INVALID_REQUEST(Blame.REQUEST),
    /// A good answer that says how answering this request failed: the upstream works, and asking again
    /// would be paid for again.
    ANSWER_FAILED(Blame.REQUEST),
    /// This upstream cannot be asked that: its dialect has no words for it. Nothing was sent.
    NOT_OFFERED(Blame.NOBODY),
    /// What it may cost goes beyond what may be spent there. Nothing was sent.
    OVER_BUDGET(Blame.NOBODY),
    /// A wait ran out while this program itself was late: for want of processor, or halted. Says nothing
    /// about the upstream.
    OWN_DELAY(Blame.NOBODY),
    /// The client has gone, or another attempt won. Says nothing about the upstream.
    CANCELLED(Blame.NOBODY);

    /// Whom a failure speaks about, roughly: what a breaker, a score or a client should make of it.
    public enum Blame {
        /// The upstream, or the way to it, does not work as it should.
        UPSTREAM,
        /// The upstream works, but not for this key, account or subject, or not now.
        ACCESS,
        /// The upstream works, and this request would fail anywhere.
        REQUEST,
        /// Nobody: nothing was learned.
        NOBODY
    }

    private final Blame blame;

    Cause(Blame blame) {
        this.blame = blame;
    }

    public Blame blame() {
        return blame;
    }
}
