package dev.switchgear.providers.fault;

import static dev.switchgear.core.call.Recovery.FAIL_OVER;
import static dev.switchgear.core.call.Recovery.MORE_ROOM;
import static dev.switchgear.core.call.Recovery.RETURN;
import static dev.switchgear.providers.fault.ErrorRule.status;
import static dev.switchgear.providers.fault.ErrorRule.worded;

import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Scope;
import java.util.List;
import java.util.Set;

/// What providers say in much the same words, whichever dialect they speak.
///
/// Collected from the providers' pages on errors and from answers in public reports (2025-06 to
/// 2026-11). The words are those that name what is wrong; a message that only repeats the name of its
/// status ("Not Found", "Payment Required", "Forbidden") names nothing.
public final class CommonErrors {
    /// A word for one thing that requests refer to.
    private static final String THING =
            "\\b(item|file|document|response|conversation|cached ?content|container|vector store"
                    + "|thread|batch|assistant|upload|image|message)s?\\b";

    private static final String KEY = "(api.?key|x-api-key|authentication|authorization|bearer)\\b";

    /// What speaks of the request, whatever its status says. Asked first.
    public static final List<ErrorRule> OF_THE_REQUEST =
            List.of(
                    // The money is enough for a shorter answer, or from another account.
                    worded(
                            Set.of(0, 402, 403, 429),
                            "fewer max_tokens|can only afford",
                            Cause.INVALID_REQUEST,
                            Scope.REQUEST,
                            FAIL_OVER),
                    // Larger than a whole minute's limit: no wait helps.
                    worded(
                            Set.of(0, 413, 429),
                            "request too large|must be reduced in order to run",
                            Cause.TOO_LARGE,
                            Scope.REQUEST,
                            MORE_ROOM));

    /// What says that there is no such model, or none for this key.
    public static final ErrorRule MODEL_UNKNOWN =
            worded(
                    Set.of(0, 400, 403, 404, 410, 422),
                    "\\bmodels?[ :/]+(\\S+ )?((is|was) )?(not found|not exist|does not exist"
                            + "|doesn't exist|(has been |is )(decommissioned|retired|shut down"
                            + "|removed))"
                            + "|\\b(unknown|no such) model(:| [`'\"]|$)"
                            + "|\\binvalid model(:| name| id|$)"
                            + "|not a valid model"
                            + "|(not have|no) access to (the |this )?model"
                            + "|not allowed to (use|access|sample from) (this |the )?model"
                            + "|unable to access model",
                    Cause.SUBJECT_UNKNOWN,
                    Scope.SUBJECT,
                    FAIL_OVER);

    /// A thing that the request refers to is not there, or another's. Behind [#MODEL_UNKNOWN], because
    /// models have such words in their names. No other provider has it either. Servers that do not know
    /// the path say "File Not Found" and mean no file.
    public static final ErrorRule THING_UNKNOWN =
            worded(
                    Set.of(0, 400, 403, 404, 410, 422),
                    THING
                            + "(?! not found$).*(not found|not exist|no longer|expired|persisted"
                            + "|permission)"
                            + "|permission to access .*"
                            + THING,
                    Cause.INVALID_REQUEST,
                    Scope.REQUEST,
                    RETURN);

    /// What speaks of a model, a key or an account in words, and the two statuses that can mean nothing
    /// else.
    public static final List<ErrorRule> OF_OTHERS =
            List.of(
                    MODEL_UNKNOWN,
                    THING_UNKNOWN,
                    worded(
                            Set.of(0, 400, 402, 403, 429),
                            "insufficient (account )?(balance|credits?|funds|quota)"
                                    + "|\\b(out of|no|any|not enough) credits?\\b"
                                    + "|credit balance|credits? (is|are|has been|have been)"
                                    + " (exhausted|depleted|used up)"
                                    + "|billing (hard )?limit|enable billing|spend(ing)? (cap|limit)",
                            Cause.ACCOUNT_EXHAUSTED,
                            Scope.ACCOUNT,
                            FAIL_OVER),
                    worded(
                            Set.of(0, 400, 402, 403, 429),
                            "\\b(account|organi[sz]ation|team|workspace|project) (is|has been|was)"
                                    + " (suspended|deactivated|disabled|blocked|past due)",
                            Cause.FORBIDDEN,
                            Scope.ACCOUNT,
                            FAIL_OVER),
                    worded(
                            Set.of(0, 400, 401, 403),
                            "\\b(incorrect|invalid|wrong|missing|expired|revoked|disabled|leaked) "
                                    + KEY
                                    + "|\\b(api.?key|key) (is |was |has been )?(not valid|invalid"
                                    + "|incorrect|expired|revoked|disabled|deactivated|blocked|leaked)"
                                    + "|reported as leaked",
                            Cause.KEY_REJECTED,
                            Scope.KEY,
                            FAIL_OVER),
                    status(401, Cause.KEY_REJECTED, Scope.KEY, FAIL_OVER),
                    worded(
                            Set.of(0, 429),
                            "\\b(account|organi[sz]ation|team|workspace|project)[- ]?wide"
                                    + "|\\b(across|for) all (of )?(your |the )?models",
                            Cause.RATE_LIMITED,
                            Scope.ACCOUNT,
                            FAIL_OVER),
                    status(429, Cause.RATE_LIMITED, Scope.SUBJECT, FAIL_OVER));

    private CommonErrors() {}
}
