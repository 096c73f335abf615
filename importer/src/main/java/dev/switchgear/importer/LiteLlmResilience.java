package dev.switchgear.importer;

import java.math.BigDecimal;
import java.util.Optional;

/// Carries what LiteLLM does when a provider fails: its retries, its cooldowns, its timeouts. Used once;
/// not thread-safe.
final class LiteLlmResilience {
    private static final int ATTEMPTS_MAX = 10;
    private static final int ATTEMPTS_USUAL = 3;
    private static final BigDecimal PAUSE_MAX_USUAL = BigDecimal.valueOf(300);

    private final Findings ledger;
    private final Names names;
    private final LiteLlmSettings settings;

    LiteLlmResilience(Draft draft, LiteLlmSettings settings) {
        this.ledger = draft.ledger();
        this.names = draft.names();
        this.settings = settings;
    }

    /// @param longest targets of the route that has the most
    Block carry(int longest) {
        var resilience = new Block();
        Optional<ImportPart> retries = settings.global("num_retries");
        Optional<BigDecimal> count =
                retries.flatMap(Values::number).filter(number -> number.signum() >= 0);
        if (retries.isPresent() && count.isPresent()) {
            long attempts = count.get().min(BigDecimal.TEN).longValue() + 1;
            long most = Math.min(ATTEMPTS_MAX, Math.max(attempts, longest));
            resilience.at("retry").set("attempts", String.valueOf(most));
            ledger.changed(
                    retries.get(),
                    "resilience.retry.attempts: the first attempt and all targets count too");
        } else if (longest > ATTEMPTS_USUAL) {
            resilience.at("retry").set("attempts", String.valueOf(Math.min(ATTEMPTS_MAX, longest)));
        }
        if (longest > ATTEMPTS_MAX) {
            ledger.remark(
                    "A route has more targets than a call has attempts (10): the last are asked"
                            + " only when earlier ones are out.");
        }
        breaker(resilience);
        timeouts(resilience);
        return resilience;
    }

    private void breaker(Block resilience) {
        Optional<ImportPart> off = settings.global("disable_cooldowns");
        Optional<Boolean> never = off.flatMap(Values::truth);
        if (off.isPresent() && never.isPresent()) {
            ledger.changed(off.get(), "resilience.breaker.failures");
        }
        if (never.orElse(false)) {
            resilience.at("breaker").set("failures", "0").set("failure-ratio", "100%");
        }
        settings.global("allowed_fails")
                .filter(_ -> !never.orElse(false))
                .ifPresent(part ->
                        Values.number(part)
                                .filter(number -> number.signum() >= 0)
                                .map(number -> number.min(BigDecimal.valueOf(999_999)))
                                .ifPresent(number -> {
                                    resilience
                                            .at("breaker")
                                            .set(
                                                    "failures",
                                                    String.valueOf(number.longValue() + 1));
                                    ledger.changed(
                                            part,
                                            "resilience.breaker.failures: in a row, not in a"
                                                    + " minute");
                                }));
        settings.global("cooldown_time")
                .filter(_ -> !never.orElse(false))
                .ifPresent(part ->
                        Values.seconds(part, names, Values.DAY)
                                .ifPresent(yaml -> {
                                    Block breaker = resilience.at("breaker");
                                    breaker.set("open-for", yaml);
                                    boolean usual =
                                            Values.number(part)
                                                    .filter(number ->
                                                            number.compareTo(PAUSE_MAX_USUAL) <= 0)
                                                    .isPresent();
                                    if (!usual) {
                                        breaker.set("open-for-max", yaml);
                                    }
                                    ledger.changed(
                                            part,
                                            "resilience.breaker.open-for: the first pause; it"
                                                    + " grows while trials fail");
                                }));
    }

    private void timeouts(Block resilience) {
        Optional<ImportPart> timeout = settings.global("timeout");
        Optional<ImportPart> library = settings.library("request_timeout");
        if (timeout.isPresent()) {
            library.ifPresent(part -> ledger.dropped(part, "`timeout` comes before it."));
        }
        Optional<ImportPart> whole = timeout.isPresent() ? timeout : library;
        Optional<String> head = whole.flatMap(part -> Values.seconds(part, names, Values.HOUR));
        Optional<ImportPart> stream = settings.global("stream_timeout");
        Optional<String> first = stream.flatMap(part -> Values.seconds(part, names, Values.HOUR));
        if (whole.isPresent() && head.isPresent()) {
            ledger.changed(
                    whole.get(),
                    "resilience.timeouts.head: how long one attempt may take until its answer"
                            + " begins");
            resilience.at("timeouts").set("head", head.get());
            resilience.at("timeouts").set("first-token", first.orElse(head.get()));
            whole.flatMap(Values::total)
                    .ifPresent(yaml -> resilience.at("timeouts").set("total", yaml));
        } else {
            ledger.remark(
                    "No timeout of the whole is set: how long an attempt may take until its answer"
                            + " begins is what resilience.timeouts.head is by default.");
        }
        if (stream.isPresent() && first.isPresent()) {
            ledger.changed(stream.get(), "resilience.timeouts.first-token");
            resilience.at("timeouts").set("first-token", first.get());
        }
    }
}
