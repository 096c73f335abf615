package dev.switchgear.core.simulation;

import java.util.List;

/// A bug planted on purpose: one fragment of a source of `core` put in place of another.
///
/// @param bug what a user would suffer
/// @param source the file, below `dev/switchgear/core`
/// @param fragment must stand in the file exactly once
/// @param replacement what stands there instead
record Mutation(String bug, String source, String fragment, String replacement) {
    private static final String FAILOVER = "routing/Failover.java";
    private static final String CARRIAGE = "routing/Carriage.java";
    private static final String HEDGE = "routing/Hedge.java";
    private static final String GUARDED = "guard/GuardedUpstream.java";
    private static final String RESTS = "health/RestPolicy.java";
    private static final String BREAKER = "breaker/Breaker.java";
    private static final String CANDIDATES = "routing/Candidates.java";
    private static final String LIMITER = "limiter/Limiter.java";
    private static final String BULKHEAD = "bulkhead/Bulkhead.java";

    static List<Mutation> all() {
        return List.of(
                new Mutation(
                        "an order whose answer was lost is sent again",
                        FAILOVER,
                        "fault.mayHaveActed() && !carriage.call.repeatable()",
                        "false"),
                new Mutation(
                        "two upstreams write into one stream",
                        FAILOVER,
                        "if (carriage.call.committed()) {\n                    yield true;",
                        "if (false) {\n                    yield true;"),
                new Mutation(
                        "a losing hedge writes into the winner's stream",
                        "call/Call.java",
                        "return winner.get() == dispatch;",
                        "return true;"),
                new Mutation(
                        "half a stream is called lost instead of broken off",
                        FAILOVER,
                        "if (carriage.call.committed()) {\n            return Verdict.BROKEN_OFF;",
                        "if (false) {\n            return Verdict.BROKEN_OFF;"),
                new Mutation(
                        "a call is tried without end",
                        CARRIAGE,
                        "return sent >= route.retry().attempts();",
                        "return false;"),
                new Mutation(
                        "retries are free",
                        FAILOVER,
                        "!carriage.sentTo(target) || budget.tryRetry(perSecondMin)",
                        "true"),
                new Mutation(
                        "retries cost a tenth",
                        "retry/RetryBudget.java",
                        "saved -= ONE;",
                        "saved -= ONE / 10;"),
                new Mutation(
                        "a request refused as invalid is carried to the next upstream",
                        FAILOVER,
                        "case RETURN -> true;",
                        "case RETURN -> false;"),
                new Mutation(
                        "a prompt that did not fit is sent to a model as small",
                        CARRIAGE,
                        "room = Math.max(room, target.room() + 1);",
                        "room = 0;"),
                new Mutation(
                        "a pause outlasts the call's deadline",
                        FAILOVER,
                        "|| pause.compareTo(carriage.call.deadline().remaining(time)) >= 0",
                        ""),
                new Mutation(
                        "a call goes on after its client has gone",
                        FAILOVER,
                        "if (Thread.currentThread().isInterrupted()) {\n            return true;",
                        "if (Thread.interrupted()) {\n            return false;"),
                new Mutation(
                        "a failed call is not failed over",
                        FAILOVER,
                        "case RETRY, FAIL_OVER -> false;",
                        "case RETRY, FAIL_OVER -> true;"),
                new Mutation(
                        "a hedge's second is asked twice",
                        FAILOVER,
                        "rank += made.size() - 1;",
                        ""),
                new Mutation("a race leaves its timer behind", HEDGE, "timer.cancel();", ""),
                new Mutation(
                        "the loser of a race runs on",
                        HEDGE,
                        "call.whenCommitted(() -> interruptAllBut(Thread.currentThread()));",
                        ""),
                new Mutation(
                        "a hang-up keeps the permit",
                        FAILOVER,
                        "admitted.permit().settle(attempt);",
                        "if (!Thread.currentThread().isInterrupted()) {"
                                + " admitted.permit().settle(attempt); }"),
                new Mutation(
                        "an open breaker keeps the place in the bulkhead",
                        GUARDED,
                        "bulkhead.leave();\n            return refused(GuardName.BREAKER",
                        "return refused(GuardName.BREAKER"),
                new Mutation(
                        "a call over the limit keeps its place",
                        GUARDED,
                        "bulkhead.leave();\n            return refused(GuardName.LIMITER",
                        "return refused(GuardName.LIMITER"),
                new Mutation(
                        "a drained upstream takes new calls",
                        GUARDED,
                        "case OFF, DRAIN -> true;\n            case NONE, ON -> false;",
                        "case OFF -> true;\n            case DRAIN, NONE, ON -> false;"),
                new Mutation(
                        "a call that waited for a place ignores what happened meanwhile",
                        GUARDED,
                        "Trials trials = tryRests(subject);",
                        "Trials trials = Trials.FREE;"),
                new Mutation(
                        "Retry-After is ignored",
                        RESTS,
                        "case ACCESS -> asked(fault).isPositive() ? asked(fault) :",
                        "case ACCESS -> asked(fault).isPositive() ? Duration.ofMillis(100) :"),
                new Mutation(
                        "a rejected key is used on",
                        RESTS,
                        "case KEY_REJECTED, FORBIDDEN -> settings.keyRejected();",
                        "case KEY_REJECTED, FORBIDDEN -> Duration.ofNanos(1);"),
                new Mutation(
                        "an empty account's other keys are used on",
                        GUARDED,
                        "account.rest(order.pause(), order.cause());",
                        "rests.rest(order.pause(), order.cause());"),
                new Mutation(
                        "what never left is charged to the limit",
                        GUARDED,
                        "limiter.refund(subject, ticket, reservedUnits);",
                        ""),
                new Mutation(
                        "an upstream that never answers is asked for ever",
                        BREAKER,
                        "failuresInRow = failed ? failuresInRow + 1 : 0;",
                        "failuresInRow = 0;"),
                new Mutation(
                        "after its pause a breaker lets everybody in",
                        BREAKER,
                        "case OPEN -> now - openUntilNanos < 0 ? REFUSED : beginTrials();",
                        "case OPEN -> now - openUntilNanos < 0 ? REFUSED : generation(gate);"),
                new Mutation(
                        "a trial that says nothing blocks the breaker for ever",
                        BREAKER,
                        "if (result == Result.IGNORED) {\n"
                                + "            gate = gate(generation(gate), TRIAL_FREE);",
                        "if (result == Result.IGNORED) {"),
                new Mutation(
                        "the pause of a breaker does not grow",
                        BREAKER,
                        "settings.growth().factor(openings)",
                        "settings.growth().factor(1)"),
                new Mutation(
                        "a healed upstream never gets its share back",
                        BREAKER,
                        "return Math.min(1, RAMP_START + (1 - RAMP_START) * passed);",
                        "return RAMP_START;"),
                new Mutation(
                        "a client that leaves the queue takes a place with it",
                        BULKHEAD,
                        "} else if (waiter.verdict == Entry.ENTERED) {\n"
                                + "                running--;\n                admit();",
                        "} else if (waiter.verdict == Entry.ENTERED) {"),
                new Mutation(
                        "a wait for a place never ends",
                        BULKHEAD,
                        "dismiss(waiter, Entry.TIMED_OUT);",
                        ""),
                new Mutation(
                        "a place that comes free wakes nobody",
                        BULKHEAD,
                        "running--;\n            admit();\n        } finally {",
                        "running--;\n        } finally {"),
                new Mutation(
                        "a limit lets one too many in",
                        "limiter/SlidingWindow.java",
                        "return used + need <= amount;",
                        "return used + need <= amount + 1;"),
                new Mutation(
                        "a limit forgets too early",
                        "limiter/SlidingWindow.java",
                        "private static final int RING = SLOTS + 1;",
                        "private static final int RING = SLOTS - 1;"),
                new Mutation(
                        "units estimated too high are never given back",
                        "limiter/Limiter.java",
                        "windows[i].giveBack(reservedUnits - actualUnits, ticket);",
                        ""),
                new Mutation(
                        "a wait that we were too late for is held against the upstream",
                        "routing/OwnDelay.java",
                        "lateNanos <= 0 || lateNanos < latencyNanos - lateNanos",
                        "true"),
                new Mutation(
                        "an upstream is thought slow because we were",
                        GUARDED,
                        "took - (time.lateNanos(time.nanos()) - lateBeforeNanos)",
                        "took"),
                new Mutation(
                        "a stream is thought slow to begin because we were",
                        "call/Dispatch.java",
                        "Math.max(0, firstPieceNanos - lateNanos())",
                        "firstPieceNanos"),
                new Mutation(
                        "real silence is taken for our own lateness",
                        "routing/OwnDelay.java",
                        "lateNanos <= 0 || lateNanos < latencyNanos - lateNanos",
                        "false"),
                new Mutation(
                        "lateness is noticed only once it is over",
                        "time/Lateness.java",
                        "return now.lateNanos() + now.overdue(nowNanos);",
                        "return now.lateNanos();"),
                new Mutation(
                        "a call that dies of its deadline is not counted as lost",
                        FAILOVER,
                        "case UPSTREAM -> false;",
                        "case UPSTREAM -> fault.recovery() == Recovery.RETURN;"),
                new Mutation(
                        "a later tier is asked like the first",
                        CANDIDATES,
                        "place.reserve() ? RESERVE : 3 * place.tier();",
                        "place.reserve() ? RESERVE : 0;"),
                new Mutation(
                        "a target with a share gets whatever the strategy gives",
                        CANDIDATES,
                        "if (place.share() == 0) {\n            return tier + 1;",
                        "if (place.share() <= 1) {\n            return tier + 1;"),
                new Mutation(
                        "a target with a share gets all calls",
                        CANDIDATES,
                        "return route.drawn(index, draw) ? tier : tier + 2;",
                        "return tier;"),
                new Mutation(
                        "draws fall on whom they like",
                        "routing/Route.java",
                        "private static final int DRAW_STEP = 6_181;",
                        "private static final int DRAW_STEP = 1;"),
                new Mutation(
                        "whose turn it is depends on who is out",
                        CANDIDATES,
                        "int first = from + turn % (to - from);",
                        "int first = from + Math.min(turn % order.length, to - from - 1);"),
                new Mutation(
                        "the larger model is asked like any other",
                        CARRIAGE,
                        "(target.place().reserve() ? outgrown : target.place().tier() > outgrownTier);",
                        "target.place().tier() > outgrownTier;"),
                new Mutation("the larger model is never asked", CARRIAGE, "outgrown = true;", ""),
                new Mutation(
                        "a prompt that did not fit is sent to the next whose room nobody knows",
                        CARRIAGE,
                        "outgrownTier = Math.max(outgrownTier, target.place().tier());",
                        ""),
                new Mutation(
                        "a conversation begins anew with every call",
                        CANDIDATES,
                        "if (wanted.favourite().isPresent()) {",
                        "if (wanted.favourite().isEmpty()) {\n            return new Candidates<>("
                                + "route, units, order, scores, out, ready);\n        }\n"
                                + "        if (ready < 0) {"),
                new Mutation(
                        "a conversation stays in a later tier",
                        CANDIDATES,
                        "if (sameTier\n                    &&",
                        "if ("),
                new Mutation(
                        "a conversation stays where it costs much more",
                        CANDIDATES,
                        "case COST -> scores[index] >= FAVOUR_COST * scores[best];",
                        "case COST -> true;"),
                new Mutation(
                        "of several limits only the first is asked",
                        LIMITER,
                        "if (!windows[i].fits(need)) {",
                        "if (i == 0 && !windows[i].fits(need)) {"),
                new Mutation(
                        "of several limits only the first is charged",
                        LIMITER,
                        "windows[i].take(measures[i] == REQUESTS ? 1 : units);",
                        "windows[0].take(measures[0] == REQUESTS ? 1 : units);\n"
                                + "                break;"),
                new Mutation(
                        "what an upstream says is left is not believed",
                        LIMITER,
                        "said.holds[measure] = left < remaining(measure);",
                        "said.holds[measure] = false;"),
                new Mutation(
                        "what an upstream says is left is never used up",
                        LIMITER,
                        "left[REQUESTS] -= requests;",
                        ""),
                new Mutation(
                        "that no units are left is forgotten",
                        LIMITER,
                        "if (holds[UNITS] && noUnits && units > 0) {",
                        "if (false) {"),
                new Mutation(
                        "a breaker keeps calls from what a person wants to be used",
                        GUARDED,
                        "return forced.current().state() != Forced.ON && !breaker.wouldEnter()",
                        "return !breaker.wouldEnter()"),
                new Mutation(
                        "a breaker refuses at the door what a person wants to be used",
                        GUARDED,
                        "boolean bypass = forced.current().state() == Forced.ON;",
                        "boolean bypass = false;"),
                new Mutation(
                        "who was slow once is never asked again",
                        "score/History.java",
                        "return peak <= usual ? peak : usual + (peak - usual) * fading(recordedAtNanos);",
                        "return peak;"),
                new Mutation(
                        "errors are held against an upstream for ever",
                        "score/History.java",
                        "return share == 0 ? 0 : share * fading(failedAtNanos);",
                        "return share;"),
                new Mutation(
                        "each success holds the errors before it against an upstream anew",
                        "score/History.java",
                        "return seen == 0 ? 0 : seen * fading(trendAtNanos);",
                        "return seen == 0 ? 0 : seen * fading(recordedAtNanos);"),
                new Mutation(
                        "a conversation is stronger than a person's order of upstreams",
                        CANDIDATES,
                        "case PRIORITY -> false;",
                        "case PRIORITY -> true;"),
                new Mutation(
                        "a person's order never ends",
                        "health/ForcedState.java",
                        "time.instant().isBefore(until)",
                        "until.isAfter(Instant.MIN)"),
                new Mutation(
                        "every call pays for a whole retry",
                        FAILOVER,
                        "target.upstream().retries().onCall(carriage.route.retry().budget());",
                        "target.upstream().retries().onCall(1);"));
    }

    @Override
    public String toString() {
        return bug;
    }
}
