package dev.switchgear.server.names;

import java.util.OptionalInt;

/// The codes by which people and programs know what went wrong; `docs/errors.md` explains each, in
/// the words that stand here. A code that is out in the world keeps its meaning.
public enum SgCode {
    /// The port is taken; the message names the program.
    PORT_TAKEN(1001),
    /// A setting is unknown, wrong or missing: line, column, nearest known name.
    SETTING(1002),
    /// An environment variable that the file refers to is not set; that provider is off, the others run.
    REFERENCE(1003),
    /// The configuration can be used, but something in it does not do what was probably meant: a
    /// credential written out, an empty file, no provider that is on, a route that can never be
    /// served, a model without a price where a budget holds.
    DOUBT(1004),
    /// Every provider for the model is out: breakers, rests, limits.
    PROVIDERS_OUT(1201, 503),
    /// A limit is reached: of the client, of its end user, of the address, or of all clients together;
    /// the message says whose.
    OVER_LIMIT(1202, 429),
    /// No provider offers the model; the closest names are given.
    MODEL_UNKNOWN(1203, 404),
    /// No provider answered in time.
    TIMED_OUT(1204, 504),
    /// No provider gave a usable answer.
    UNUSABLE_ANSWER(1205, 502),
    /// The gateway is shutting down and could not finish.
    CLOSING(1206, 503),
    /// The provider broke off after part of its answer had left.
    BROKEN_OFF(1207),
    /// What is left of the budget of the client, or of all clients together, is less than this request
    /// may cost.
    OVER_BUDGET(1208, 402),
    /// A budget bounds what may be spent, and no price is known for the model.
    UNPRICED(1209, 402),
    /// The provider answered, and its model failed at this request; its reason is repeated.
    ANSWER_FAILED(1210, 422),
    /// The providers reject our keys for them, or do not let these keys do this.
    PROVIDER_KEY(1211, 502),
    /// The providers' own limits for us are reached.
    PROVIDER_LIMIT(1212, 429),
    /// Our accounts at the providers are used up.
    PROVIDER_ACCOUNT(1213, 402),
    /// The gateway itself has more to do than it can, or was halted; this request gave way.
    GATEWAY_LATE(1214, 503),
    /// The bodies of the requests under way take all the memory that they may.
    FULL(1216, 503),
    /// The request cannot be used: framing, JSON, a field. The place is named.
    UNUSABLE_REQUEST(1400, 400),
    /// No client key came, or one that is not accepted.
    KEY(1401, 401),
    /// The key is known, but only an operator's may do this.
    NOT_ALLOWED(1403, 403),
    /// Nothing is served at that path, or not by that method.
    NOT_SERVED(1404, 404),
    /// What is asked has no counterpart at any provider of the route.
    NOT_OFFERED(1407, 400),
    /// The content type or encoding is not taken.
    MEDIA(1415, 415),
    /// The request says where it may go, but names what is not configured, or leaves nobody.
    ROUTING(1416, 400),
    /// The provider finds fault with the request itself: too long, filtered, a value it does not take.
    DECLINED(1417, 400),
    /// A defect of the gateway; its log has the trace under the request's id.
    DEFECT(1500, 500);

    private final String text;
    private final int status;

    SgCode(int number) {
        this(number, 0);
    }

    SgCode(int number, int status) {
        this.text = "SG-" + number;
        this.status = status;
    }

    /// The HTTP status it usually goes with; empty where that depends, or where nothing is answered.
    public OptionalInt status() {
        return status == 0 ? OptionalInt.empty() : OptionalInt.of(status);
    }

    /// `SG-1203`
    @Override
    public String toString() {
        return text;
    }
}
