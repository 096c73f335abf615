package dev.switchgear.providers.llm;

import dev.switchgear.core.patience.Form;
import dev.switchgear.core.patience.Nature;
import dev.switchgear.core.patience.Patience;
import dev.switchgear.core.patience.Phase;
import dev.switchgear.core.patience.Wait;
import dev.switchgear.core.time.Time;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.families.llm.model.ModelTraits;
import dev.switchgear.wire.WireException;
import java.time.Duration;

/// What one attempt may wait for, and what it teaches. For one thread, once.
final class Waiting {
    private final Patience patience;
    private final String model;
    private final Form form;
    private final Patience.Allowance allowance;
    private final Time time;
    private final long startedNanos;
    private final long lateBeforeNanos;

    private Waiting(Patience patience, String model, Form form, Nature nature, Time time) {
        this.patience = patience;
        this.model = model;
        this.form = form;
        this.allowance = patience.allowance(model, form, nature);
        this.time = time;
        this.startedNanos = time.nanos();
        this.lateBeforeNanos = time.lateNanos(startedNanos);
    }

    /// Begins to wait now: the request is about to be sent.
    static Waiting of(
            Patience patience, LlmRequest request, String model, ModelTraits traits, Time time) {
        boolean effort = request.body().wishes().effort();
        return new Waiting(
                patience, model, form(request, effort), nature(request, effort, traits), time);
    }

    private static Form form(LlmRequest request, boolean effort) {
        return switch (request.operation()) {
            case CHAT ->
                    request.streamed()
                            ? effort ? Form.PIECES_WITH_EFFORT : Form.PIECES
                            : effort ? Form.WHOLE_WITH_EFFORT : Form.WHOLE;
            case EMBEDDINGS, BATCH_EMBEDDINGS -> Form.WHOLE;
            case COUNT_TOKENS -> Form.ASIDE;
        };
    }

    private static Nature nature(LlmRequest request, boolean effort, ModelTraits traits) {
        if (request.operation() != Operation.CHAT) {
            return Nature.PROMPT;
        }
        if (effort) {
            return Nature.MADE_SLOW;
        }
        if (traits.neverReasons()) {
            return Nature.PROMPT;
        }
        return traits.reasons() ? Nature.SLOW : Nature.UNKNOWN;
    }

    Patience.Allowance allowance() {
        return allowance;
    }

    /// How long it has waited up to `nowNanos`. What this program itself was late meanwhile counts for
    /// nothing: the other side is not to be known as slow for it, and not to be left for it.
    long waitedNanos(long nowNanos) {
        return Math.max(0, nowNanos - startedNanos - ownNanos(nowNanos));
    }

    private long ownNanos(long nowNanos) {
        return time.lateNanos(nowNanos) - lateBeforeNanos;
    }

    /// The answer began, or came in one piece, now.
    void began() {
        patience.habits().took(model, form, Phase.BEGIN, waitedNanos(time.nanos()));
    }

    /// The answer is whole, and was never silent for longer.
    void paused(long longestNanos) {
        patience.habits().took(model, form, Phase.PAUSE, longestNanos);
    }

    /// The head did not come.
    WireException named(WireException broken) {
        return switch (broken.kind()) {
            case HEAD_TIMEOUT -> {
                Duration head = allowance.timeouts().head();
                yield head.compareTo(allowance.begin().most()) < 0
                        ? as(broken, "no answer", Wait.told(head), "head")
                        : ranOut(broken, Phase.BEGIN);
            }
            case DEADLINE -> deadline(broken, "no answer");
            default -> broken;
        };
    }

    /// No byte came in a phase that has begun.
    WireException named(WireException broken, Phase phase) {
        return switch (broken.kind()) {
            case READ_TIMEOUT -> ranOut(broken, phase);
            case DEADLINE ->
                    deadline(broken, phase == Phase.BEGIN ? "no answer" : "no end of the answer");
            default -> broken;
        };
    }

    private WireException ranOut(WireException broken, Phase phase) {
        Wait wait = phase == Phase.BEGIN ? allowance.begin() : allowance.pause();
        // A request that had not left says nothing of how long its answer takes, nor does a wait
        // that we
        // were too late for ourselves.
        if (broken.mayHaveActed() && 2 * ownNanos(time.nanos()) < wait.most().toNanos()) {
            patience.habits().inVain(model, form, phase, wait.most());
        }
        return switch (phase) {
            case BEGIN ->
                    pieces()
                            ? as(broken, "no first token", wait, "first-token")
                            : as(broken, "no answer", wait, "head");
            case PAUSE -> as(broken, "nothing more", wait, "idle");
        };
    }

    private boolean pieces() {
        return form == Form.PIECES || form == Form.PIECES_WITH_EFFORT;
    }

    private static WireException deadline(WireException broken, String what) {
        return new WireException(
                broken.kind(),
                broken.mayHaveActed(),
                what
                        + " before the call's time was over (setting timeouts.total, or timeout of"
                        + " the route)",
                broken);
    }

    private static WireException as(WireException broken, String what, Wait wait, String setting) {
        return new WireException(
                broken.kind(),
                broken.mayHaveActed(),
                what
                        + " in "
                        + WaitWords.length(wait.most())
                        + WaitWords.why(wait).map(why -> ": " + why).orElse("")
                        + " (setting timeouts."
                        + setting
                        + ")",
                broken);
    }
}
