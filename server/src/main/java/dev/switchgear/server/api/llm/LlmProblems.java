package dev.switchgear.server.api.llm;

import dev.switchgear.core.call.Attempt;
import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Fault;
import dev.switchgear.core.call.GuardName;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.event.Event.Verdict;
import dev.switchgear.core.limiter.Limit;
import dev.switchgear.core.limiter.LimitStatus;
import dev.switchgear.core.overload.Overload;
import dev.switchgear.core.routing.Answer;
import dev.switchgear.core.routing.Candidate;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.call.LlmReply.Content;
import dev.switchgear.families.money.Money;
import dev.switchgear.families.money.Reserved;
import dev.switchgear.server.api.Problem;
import dev.switchgear.server.api.limit.ClientAdmission;
import dev.switchgear.server.door.BodyBudget;
import dev.switchgear.server.door.ResponseHeader;
import dev.switchgear.server.gateway.llm.ModelEntry;
import dev.switchgear.server.names.Lower;
import dev.switchgear.server.names.Nearest;
import dev.switchgear.server.names.Quote;
import dev.switchgear.server.names.SgCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Words what went wrong: what happened, why, what to do, code. Pure.
public final class LlmProblems {
    private static final int CLOSEST = 3;

    /// How long to wait for a place: nobody knows when a request will be done.
    private static final Duration SOON = Duration.ofSeconds(1);

    private static final ResponseHeader LET_BE = new ResponseHeader("x-should-retry", "false");
    private static final List<ResponseHeader> NO_RETRY = List.of(LET_BE);

    /// When memory may be there again.
    private static final List<ResponseHeader> ASK_AGAIN =
            List.of(
                    new ResponseHeader(
                            "retry-after", Long.toString(BodyBudget.PATIENCE.toSeconds())),
                    new ResponseHeader("x-should-retry", "true"));

    public static final Problem INTERNAL =
            Problem.of(
                            SgCode.DEFECT,
                            "internal_error",
                            "The gateway failed on this request; its log says why.")
                    .with(NO_RETRY);

    public static final Problem CLOSING =
            Problem.of(
                            SgCode.CLOSING,
                            "gateway_closing",
                            "The gateway is shutting down and could not finish this answer in time."
                                    + " Ask again.")
                    .with(
                            List.of(
                                    new ResponseHeader("retry-after", "1"),
                                    new ResponseHeader("x-should-retry", "true")));

    /// A translation found no memory.
    public static final Problem FULL =
            Problem.of(
                            SgCode.FULL,
                            "overloaded",
                            "The requests under way take all the memory that their bodies may"
                                    + " (setting server.limits.body-memory), and this one must be"
                                    + " translated. Ask again.")
                    .with(ASK_AGAIN);

    /// A translation would never find memory enough.
    static final Problem TOO_LARGE_TO_TRANSLATE =
            Problem.of(
                            SgCode.UNUSABLE_REQUEST,
                            413,
                            "request_too_large",
                            "The request must be translated for its provider, and that takes more"
                                    + " memory than all bodies together may (setting"
                                    + " server.limits.body-memory). Send less, or ask a model whose"
                                    + " provider speaks this protocol.")
                    .with(NO_RETRY);

    /// What Anthropic's clients know a thread's refusal by: their SDKs then send the whole conversation.
    public static final String NO_THREAD = "thread_unsupported_request";

    /// A conversation shall lie with its provider, and the next call of it may come to another.
    static final Problem THREAD =
            Problem.of(
                            SgCode.NOT_OFFERED,
                            NO_THREAD,
                            "thread: only where a model leads to one account of Anthropic's alone can"
                                    + " the conversation lie there. Leave `thread` out, and send the"
                                    + " whole conversation.")
                    .at("thread")
                    .with(NO_RETRY);

    /// What must be read whole, since it refers to something or is to be compacted, found no memory.
    public static final Problem FULL_TO_READ =
            Problem.of(
                            SgCode.FULL,
                            "overloaded",
                            "The requests under way take all the memory that their bodies may"
                                    + " (setting server.limits.body-memory), and this one must be"
                                    + " read whole. Ask again.")
                    .with(ASK_AGAIN);

    /// The same, where there would never be memory enough.
    public static final Problem TOO_LARGE_TO_READ =
            Problem.of(
                            SgCode.UNUSABLE_REQUEST,
                            413,
                            "request_too_large",
                            "The request must be read whole, with all that it refers to, and that"
                                    + " takes more memory than all bodies together may (setting"
                                    + " server.limits.body-memory). Send less.")
                    .with(NO_RETRY);

    /// More targets than these are not named.
    private static final int TARGETS_SHOWN = 5;

    private LlmProblems() {}

    /// @param detail the field, a colon and what is wrong with it
    public static Problem invalid(String detail) {
        int colon = detail.indexOf(": ");
        return invalid(colon < 0 ? "" : detail.substring(0, colon), detail);
    }

    public static Problem invalid(InvalidBody invalid) {
        return invalid(invalid.param().orElse(""), invalid.message());
    }

    private static Problem invalid(String param, String detail) {
        return Problem.of(
                        SgCode.UNUSABLE_REQUEST,
                        "invalid_request_body",
                        "The request body cannot be used: " + detail + ".")
                .at(param);
    }

    /// Nobody offers the model.
    ///
    /// @param models all that are offered
    public static Problem unknown(String model, List<ModelEntry> models) {
        List<String> closest =
                Nearest.to(model, models.stream().map(ModelEntry::id).toList(), CLOSEST);
        String hint = Nearest.closest(closest);
        return Problem.of(
                        SgCode.MODEL_UNKNOWN,
                        "model_not_found",
                        "`"
                                + Quote.name(model)
                                + "` is not offered by any connected provider."
                                + hint
                                + " List: GET /v1/models.")
                .at("model");
    }

    static Problem overLimit(ClientAdmission.Refused refused, long tokens) {
        String limit =
                refused.tight()
                        .map(LimitStatus::limit)
                        .map(one -> " of " + one.amount() + " " + unit(one) + " " + per(one.per()))
                        .orElse("");
        if (refused.retryAfter().isEmpty()) {
            return overLimit(
                    "This request needs about "
                            + tokens
                            + " tokens, more than the whole limit"
                            + limit
                            + " for "
                            + refused.whose()
                            + ". Ask for less.",
                    NO_RETRY);
        }
        Duration wait = refused.retryAfter().get();
        return overLimit(
                "You are over your limit"
                        + limit
                        + " for "
                        + refused.whose()
                        + ". Next slot in "
                        + LimitHeaders.seconds(wait)
                        + " s.",
                LimitHeaders.retryAfter(wait));
    }

    private static Problem overLimit(String text, List<ResponseHeader> headers) {
        return Problem.of(SgCode.OVER_LIMIT, "rate_limit_exceeded", text).with(headers);
    }

    static Problem overBudget(Reserved.Refused refused) {
        var budget = refused.status().budget();
        String whose =
                refused.status().account().name().isEmpty()
                        ? "all clients together"
                        : "`" + refused.status().account().name() + "`";
        String most = budget.most() + " a " + Lower.of(budget.period()) + " for " + whose;
        if (refused.retryAfter().isEmpty()) {
            return overBudget(
                    "This request may cost "
                            + refused.wanted()
                            + ", more than the whole budget of "
                            + most
                            + ". Bound its output, or ask a cheaper model.");
        }
        Money left = refused.status().left();
        Problem problem =
                overBudget(
                        (left.isPositive() ? left + " of " : "Nothing of ")
                                + most
                                + " is left until "
                                + refused.status().resets()
                                + "; this request may cost up to "
                                + refused.wanted()
                                + ". Bound its output, ask a cheaper model, or wait.");
        // That it begins anew is for people and schedulers: a client that asks again by itself
        // would
        // wait for hours.
        var headers = new ArrayList<>(LimitHeaders.retryAfter(refused.retryAfter().get()));
        headers.add(LET_BE);
        return problem.with(headers);
    }

    /// What is asked has no price, and a budget holds.
    ///
    /// @param targets where it leads, as `provider/model`
    static Problem unpriced(String model, Set<String> targets) {
        String one = targets.stream().findFirst().orElse(model);
        String provider = one.substring(0, Math.max(0, one.indexOf('/')));
        return Problem.of(
                        SgCode.UNPRICED,
                        "model_unpriced",
                        "A budget bounds what may be spent, and no price is known for `"
                                + Quote.name(model)
                                + "` ("
                                + targets.stream()
                                        .limit(TARGETS_SHOWN)
                                        .map(target -> "`" + Quote.name(target) + "`")
                                        .collect(Collectors.joining(", "))
                                + "). Ask another model, or have the operator give it a price"
                                + " (`prices.file`, or `providers."
                                + provider
                                + ".cost`) or say what such models count as"
                                + " (`prices.unpriced`).")
                .at("model")
                .with(NO_RETRY);
    }

    private static Problem overBudget(String text) {
        return Problem.of(SgCode.OVER_BUDGET, "budget_exceeded", text).with(NO_RETRY);
    }

    /// What gives way to calls of higher rank while everything waits for the processor.
    static Problem shed(long lagNanos) {
        return late(
                "everything waits "
                        + Duration.ofNanos(lagNanos).toMillis()
                        + " ms for the processor, and requests of this rank give way",
                Overload.retryAfter(lagNanos));
    }

    private static Problem late(String why, Duration wait) {
        return Problem.of(
                        SgCode.GATEWAY_LATE,
                        "gateway_overloaded",
                        "The gateway itself has more to do than it can: "
                                + why
                                + ". Retry-After: "
                                + LimitHeaders.seconds(wait)
                                + ".")
                .with(LimitHeaders.retryAfter(wait));
    }

    static Problem crowded(ClientAdmission.Crowded crowded) {
        String what =
                switch (crowded.entry()) {
                    case FULL -> "no more may wait";
                    case TIMED_OUT -> "none was done in time";
                    case SHED -> "a request of higher rank came";
                    case ENTERED -> throw new IllegalArgumentException("a place was given");
                };
        return overLimit(
                "As many requests are under way as may be at once for "
                        + crowded.whose()
                        + " ("
                        + crowded.concurrent()
                        + "), and "
                        + what
                        + ". Ask again when one is done.",
                LimitHeaders.retryAfter(SOON));
    }

    private static String unit(Limit limit) {
        return switch (limit.measure()) {
            case REQUESTS -> "requests";
            case UNITS -> "tokens";
        };
    }

    private static String per(Duration per) {
        if (per.equals(Duration.ofSeconds(1))) {
            return "a second";
        }
        if (per.equals(Duration.ofMinutes(1))) {
            return "a minute";
        }
        if (per.equals(Duration.ofHours(1))) {
            return "an hour";
        }
        return per.equals(Duration.ofDays(1)) ? "a day" : "in " + LimitHeaders.goNotation(per);
    }

    private static List<Fault> faults(Answer<LlmReply> settled) {
        var faults = new ArrayList<Fault>();
        for (Attempt<LlmReply> attempt : settled.attempts()) {
            if (attempt.outcome() instanceof Outcome.Failure<LlmReply> failure) {
                faults.add(failure.fault());
            }
        }
        return faults;
    }

    /// Whether all upstreams are out now, and that is why the call ended: not where its own time was
    /// over.
    private static boolean nobodyIn(Answer<LlmReply> settled, List<Fault> faults) {
        return settled.candidates().ready() == 0
                && (faults.isEmpty() || faults.getLast().cause() != Cause.DEADLINE);
    }

    /// What to say when no upstream answered and none of their own words is for the client.
    static Problem lost(Answer<LlmReply> settled, String model) {
        List<Fault> faults = faults(settled);
        String why = why(settled);
        if (!faults.isEmpty() && faults.getLast().cause() == Cause.OWN_DELAY) {
            return late("no answer for `" + model + "` could be taken in time: " + why, SOON);
        }
        Duration wait = settled.soonest();
        if (nobodyIn(settled, faults)) {
            // Whoever comes now is told the same, and need not know who was asked before.
            faults = List.of();
        }
        var headers = new ArrayList<ResponseHeader>(LimitHeaders.retryAfter(wait));
        Optional<Problem> shared = shared(settled, faults, why, wait, model);
        if (shared.isPresent()) {
            // A limit is over when the wait is; what else all say alike does not change by asking
            // again.
            if (shared.get().code() != SgCode.PROVIDER_LIMIT || !wait.isPositive()) {
                headers.add(LET_BE);
            }
            return shared.get().with(headers);
        }
        if (!faults.isEmpty()) {
            headers.add(LET_BE);
        }
        Problem problem =
                switch (faults.isEmpty() ? 503 : status(faults.getLast().cause())) {
                    case 502 ->
                            Problem.of(
                                    SgCode.UNUSABLE_ANSWER,
                                    "bad_gateway",
                                    "No provider for `"
                                            + model
                                            + "` gave a usable answer: "
                                            + why
                                            + ".");
                    case 504 ->
                            Problem.of(
                                    SgCode.TIMED_OUT,
                                    "gateway_timeout",
                                    "No provider for `"
                                            + model
                                            + "` answered in time: "
                                            + why
                                            + ".");
                    default ->
                            Problem.of(
                                    SgCode.PROVIDERS_OUT,
                                    "providers_unavailable",
                                    "All providers for `"
                                            + model
                                            + "` are unavailable: "
                                            + why
                                            + "."
                                            + (wait.isPositive()
                                                    ? " Retry-After: "
                                                            + LimitHeaders.seconds(wait)
                                                            + "."
                                                    : ""));
                };
        return problem.with(headers);
    }

    /// What all providers say alike, now or when they were last asked, the client is told as what it
    /// is; empty where each has a trouble of its own.
    private static Optional<Problem> shared(
            Answer<LlmReply> settled, List<Fault> faults, String why, Duration wait, String model) {
        Set<Cause> causes = EnumSet.noneOf(Cause.class);
        faults.forEach(fault -> causes.add(fault.cause()));
        for (Candidate candidate : settled.candidates().explain()) {
            if (candidate.out().isPresent()) {
                if (candidate.resting().isEmpty()) {
                    return Optional.empty();
                }
                causes.add(candidate.resting().get());
            }
        }
        return causes.size() == 1
                ? shared(causes.iterator().next(), why, wait, model)
                : Optional.empty();
    }

    private static Optional<Problem> shared(Cause cause, String why, Duration wait, String model) {
        return switch (cause) {
            case RATE_LIMITED ->
                    Optional.of(
                            Problem.of(
                                    SgCode.PROVIDER_LIMIT,
                                    "rate_limit_exceeded",
                                    "The limits of all providers for `"
                                            + model
                                            + "` are reached: "
                                            + why
                                            + "."
                                            + (wait.isPositive()
                                                    ? " Retry-After: "
                                                            + LimitHeaders.seconds(wait)
                                                            + "."
                                                    : "")));
            case KEY_REJECTED, FORBIDDEN ->
                    Optional.of(
                            Problem.of(
                                    SgCode.PROVIDER_KEY,
                                    "provider_key_rejected",
                                    "The provider rejected our key for `"
                                            + model
                                            + "`: "
                                            + why
                                            + ". Whoever runs this gateway has to look at it."));
            case ACCOUNT_EXHAUSTED ->
                    Optional.of(
                            Problem.of(
                                    SgCode.PROVIDER_ACCOUNT,
                                    "insufficient_quota",
                                    "Our account at the provider for `"
                                            + model
                                            + "` is used up: "
                                            + why
                                            + ". Whoever runs this gateway has to look at it."));
            case SUBJECT_UNKNOWN ->
                    Optional.of(
                            Problem.of(
                                    SgCode.MODEL_UNKNOWN,
                                    "model_not_found",
                                    "No provider knows the model of `"
                                            + model
                                            + "`: "
                                            + why
                                            + "."));
            case EGRESS_DENIED,
                    CONNECT_FAILED,
                    CONNECT_TIMEOUT,
                    TLS_FAILED,
                    HEAD_TIMEOUT,
                    FIRST_PIECE_TIMEOUT,
                    IDLE_TIMEOUT,
                    DEADLINE,
                    CONNECTION_LOST,
                    MALFORMED,
                    ADAPTER_FAILED,
                    SERVER_ERROR,
                    OVERLOADED,
                    TOO_LARGE,
                    POLICY_REFUSED,
                    INVALID_REQUEST,
                    ANSWER_FAILED,
                    NOT_OFFERED,
                    OVER_BUDGET,
                    OWN_DELAY,
                    CANCELLED ->
                    Optional.empty();
        };
    }

    /// A good answer that says how the model failed.
    static Problem answerFailed(Content.Declined declined) {
        return Problem.of(
                        SgCode.ANSWER_FAILED,
                        declined.code(),
                        declined.code() + ": " + declined.message())
                .with(NO_RETRY);
    }

    /// What was asked cannot be said to any upstream of the route.
    static Problem notOffered(Fault fault) {
        int colon = fault.detail().indexOf(": ");
        return Problem.of(
                        SgCode.NOT_OFFERED,
                        "not_offered",
                        "No provider of this route can be asked that. "
                                + fault.detail()
                                + ". Leave it out, or name a model whose provider has it.")
                .at(colon < 0 ? "" : fault.detail().substring(0, colon))
                .with(NO_RETRY);
    }

    /// What an upstream said of the request, in another dialect than the client's.
    static Problem declined(int status, String code, String message) {
        int shown = status >= 400 && status < 500 ? status : 400;
        return Problem.repeated(SgCode.DECLINED, shown, code, message).with(NO_RETRY);
    }

    /// The last event of a stream that broke off.
    static Problem brokenOff(Fault fault, String provider) {
        return Problem.of(
                SgCode.BROKEN_OFF,
                status(fault.cause()),
                "stream_broken_off",
                provider
                        + " broke off in the middle of its answer: "
                        + unended(fault.detail())
                        + ". What came before stands; the rest is lost.");
    }

    static int status(Cause cause) {
        return switch (cause) {
            case CONNECT_TIMEOUT, HEAD_TIMEOUT, FIRST_PIECE_TIMEOUT, IDLE_TIMEOUT, DEADLINE -> 504;
            case TLS_FAILED,
                    CONNECTION_LOST,
                    MALFORMED,
                    ADAPTER_FAILED,
                    SERVER_ERROR,
                    INVALID_REQUEST,
                    ANSWER_FAILED ->
                    502;
            case EGRESS_DENIED,
                    CONNECT_FAILED,
                    OVERLOADED,
                    RATE_LIMITED,
                    KEY_REJECTED,
                    ACCOUNT_EXHAUSTED,
                    FORBIDDEN,
                    SUBJECT_UNKNOWN,
                    TOO_LARGE,
                    POLICY_REFUSED,
                    NOT_OFFERED,
                    OVER_BUDGET,
                    OWN_DELAY,
                    CANCELLED ->
                    503;
        };
    }

    /// One reason for each upstream, the last one it gave.
    private static String why(Answer<LlmReply> settled) {
        Map<String, String> reasons = new LinkedHashMap<>();
        boolean lost = settled.verdict() == Verdict.LOST;
        for (Candidate candidate : lost ? settled.candidates().explain() : List.<Candidate>of()) {
            if (candidate.out().isPresent()) {
                reasons.put(
                        candidate.upstream().toString(),
                        guard(candidate.out().get()) + in(candidate.retryAfter()));
            }
        }
        for (Attempt<LlmReply> attempt : settled.attempts()) {
            switch (attempt.outcome()) {
                case Outcome.Success<LlmReply> _ -> {}
                case Outcome.Refusal<LlmReply> refusal ->
                        reasons.put(
                                attempt.upstream().toString(),
                                guard(refusal.by()) + in(refusal.retryAfter()));
                case Outcome.Failure<LlmReply> failure ->
                        reasons.put(
                                attempt.upstream().toString(),
                                unended(failure.fault().detail())
                                        + in(failure.fault().retryAfter()));
            }
        }
        if (reasons.isEmpty()) {
            return "none is connected";
        }
        var text = new ArrayList<String>();
        reasons.forEach((upstream, reason) -> text.add(upstream + " " + reason));
        return String.join(", ", text);
    }

    /// As a part of a sentence of ours, which has a dot of its own.
    private static String unended(String words) {
        return words.endsWith(".") ? words.substring(0, words.length() - 1) : words;
    }

    private static String in(Duration wait) {
        return wait.isPositive() ? " (retry in " + LimitHeaders.seconds(wait) + " s)" : "";
    }

    private static String guard(GuardName guard) {
        return switch (guard) {
            case FORCED -> "switched off";
            case REST -> "resting";
            case BREAKER -> "open breaker";
            case BULKHEAD -> "no free place";
            case LIMITER -> "over its limit";
            case RETRY_BUDGET -> "retry budget spent";
            case DEADLINE -> "no time left";
        };
    }
}
