package dev.switchgear.core.routing;

import dev.switchgear.core.call.Attempt;
import dev.switchgear.core.call.Forced;
import dev.switchgear.core.call.GuardName;
import dev.switchgear.core.call.Outcome.Failure;
import dev.switchgear.core.call.Outcome.Refusal;
import dev.switchgear.core.call.Outcome.Success;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.guard.GuardedUpstream;
import dev.switchgear.core.health.Rest;
import java.util.Locale;
import java.util.Optional;

/// Says in one line why an upstream was asked: the strategy and what it went by, the place among those
/// that might have been asked, who was tried before, and who was left out and why. For one thread.
///
/// The line is printable ASCII of at most 400 characters, so that it may stand in a header.
final class Why {
    private static final int CHARS_MAX = 400;

    /// Beyond this nobody else who was left out is named.
    private static final int NAMED_UP_TO = 260;

    private final Candidates<?, ?> candidates;
    private final Route<?, ?> route;
    private final UpstreamId upstream;
    private final int rank;
    private final StringBuilder line = new StringBuilder(64);

    private Why(Candidates<?, ?> candidates, UpstreamId upstream, int rank) {
        this.candidates = candidates;
        this.route = candidates.route();
        this.upstream = upstream;
        this.rank = rank;
    }

    /// @param subject the upstream's own name for what is asked
    static Why of(Candidates<?, ?> candidates, UpstreamId upstream, String subject) {
        int rank = 0;
        while (rank < candidates.size() && !isAt(candidates, rank, upstream, subject)) {
            rank++;
        }
        var why = new Why(candidates, upstream, rank);
        if (rank < candidates.ready()) {
            why.strategy();
            why.line.append(", ").append(rank + 1).append(" of ").append(candidates.ready());
        } else {
            why.line.append(name(why.route.strategy()));
        }
        if (rank < candidates.size()
                && candidates.at(rank).upstream().forced().current().state() == Forced.ON) {
            why.line.append("; forced on");
        }
        return why;
    }

    private static boolean isAt(
            Candidates<?, ?> candidates, int rank, UpstreamId upstream, String subject) {
        Target<?, ?> target = candidates.at(rank);
        return target.upstream().id().equals(upstream) && target.subject().equals(subject);
    }

    private void strategy() {
        Strategy strategy = route.strategy();
        line.append(name(strategy));
        double score = candidates.scoreAt(rank);
        switch (strategy) {
            case SCORE -> {
                thousandths(score);
                if (rank + 1 < candidates.ready()) {
                    line.append(" before ");
                    line.append(candidates.at(rank + 1).upstream().id());
                    thousandths(candidates.scoreAt(rank + 1));
                }
            }
            case LEAST_LATENCY ->
                    line.append(" load ").append(Math.round(-score / 1e6)).append(" ms");
            case WEIGHTED -> line.append(" weight ").append(candidates.at(rank).weight());
            case COST -> {
                if (score == Double.NEGATIVE_INFINITY) {
                    line.append(", price unknown");
                }
            }
            case PRIORITY, ROUND_ROBIN -> {}
        }
    }

    private void thousandths(double number) {
        long all = Math.round(number * 1_000);
        long part = Math.floorMod(all, 1_000L);
        line.append(' ').append(Math.floorDiv(all, 1_000L)).append('.');
        line.append(part < 10 ? "00" : part < 100 ? "0" : "").append(part);
    }

    private static String name(Strategy strategy) {
        return switch (strategy) {
            case PRIORITY -> "priority";
            case SCORE -> "score";
            case WEIGHTED -> "weighted";
            case ROUND_ROBIN -> "round-robin";
            case LEAST_LATENCY -> "least-latency";
            case COST -> "cost";
        };
    }

    /// @param draw who gets the call first where targets have a share
    Why drawn(double draw) {
        if (rank < candidates.ready() && candidates.drawnAt(rank, draw)) {
            line.append("; drawn for its share");
        }
        return this;
    }

    /// @param favourite who answered the conversation before
    Why favourite(Optional<UpstreamId> favourite) {
        if (rank == 0 && favourite.isPresent() && favourite.get().equals(upstream)) {
            line.append("; its conversation");
        }
        return this;
    }

    /// @param inVain the last attempt before this one; empty for none
    Why after(Optional<? extends Attempt<?>> inVain) {
        if (inVain.isPresent()) {
            Attempt<?> attempt = inVain.get();
            line.append("; after ").append(attempt.upstream()).append(": ");
            line.append(
                    switch (attempt.outcome()) {
                        case Success<?> _ -> "an answer";
                        case Refusal<?> refusal -> GuardedUpstream.reason(refusal.by());
                        case Failure<?> failure -> words(failure.fault().cause());
                    });
        } else if (rank > 0 && rank < candidates.ready()) {
            line.append("; beside ").append(candidates.at(0).upstream().id()).append(": slow");
        }
        return this;
    }

    private void leftOut() {
        for (int out = candidates.ready(); out < candidates.size(); out++) {
            Target<?, ?> target = candidates.at(out);
            if (target.upstream().id().equals(upstream)) {
                continue;
            }
            if (line.length() > NAMED_UP_TO) {
                line.append(", and ").append(candidates.size() - out).append(" more");
                return;
            }
            line.append(out == candidates.ready() ? "; not " : ", ");
            line.append(target.upstream().id()).append(": ").append(reason(target, out));
        }
    }

    private String reason(Target<?, ?> target, int out) {
        Optional<GuardName> by = candidates.outAt(out);
        if (by.isEmpty()) {
            return "too little room";
        }
        Optional<Rest> rest =
                by.get() == GuardName.REST
                        ? target.upstream().resting(target.subject())
                        : Optional.empty();
        return rest.map(one -> "resting, " + words(one.cause()))
                .orElseGet(() -> GuardedUpstream.reason(by.get()));
    }

    private static String words(Enum<?> cause) {
        return cause.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    @Override
    public String toString() {
        leftOut();
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c < ' ' || c >= 0x7F) {
                line.setCharAt(i, '?');
            }
        }
        return line.length() > CHARS_MAX ? line.substring(0, CHARS_MAX) : line.toString();
    }
}
