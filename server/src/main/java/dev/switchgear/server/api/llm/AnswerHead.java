package dev.switchgear.server.api.llm;

import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.limiter.LimitStatus;
import dev.switchgear.core.time.Time;
import dev.switchgear.families.llm.call.Downstream.Opening;
import dev.switchgear.families.llm.call.Downstream.Winner;
import dev.switchgear.families.llm.price.Cost;
import dev.switchgear.families.llm.price.TokenKind;
import dev.switchgear.families.llm.tokens.TokenUsage;
import dev.switchgear.server.door.ResponseHead;
import dev.switchgear.server.gateway.llm.Destination;
import dev.switchgear.server.names.HeaderText;
import java.util.ArrayList;
import java.util.List;

/// The heads of what one call is answered with: who answers, after how many attempts, at what cost.
/// Thread-safe.
final class AnswerHead {
    /// More than this of what was dropped is only counted.
    private static final int DROPPED_CHARS_MAX = 1_000;

    private final LlmVisit visit;
    private final Destination to;
    private final List<LimitStatus> limits;
    private final List<String> dropped;
    private final Time time;

    /// @param dropped what of the request nobody acts on, whoever answers
    AnswerHead(
            LlmVisit visit,
            Destination to,
            List<LimitStatus> limits,
            List<String> dropped,
            Time time) {
        this.visit = visit;
        this.to = to;
        this.limits = limits;
        this.dropped = dropped;
        this.time = time;
    }

    /// Of any answer, whoever gives it.
    ResponseHead plain(int status, String contentType) {
        return common(visit.visit().head(status, contentType));
    }

    /// Adds what stands on any answer to this call.
    ResponseHead common(ResponseHead head) {
        visit.protocol().limits(head, limits);
        return to.route().isEmpty()
                ? head
                : head.with("x-switchgear-route", HeaderText.of(to.route()));
    }

    /// Of a stream, while nobody has begun to answer.
    ResponseHead stream(int status, String contentType) {
        return plain(status, contentType)
                .with("cache-control", "no-cache")
                .with("x-accel-buffering", "no");
    }

    /// Of a stream that begins.
    ResponseHead stream(Opening opening, String contentType) {
        ResponseHead head = stream(opening.status(), contentType);
        dropped(head, opening.dropped(), opening.omitted());
        Winner winner = opening.winner();
        by(head, winner.upstream(), winner.subject(), winner.number());
        reason(head, winner.why());
        return overhead(head, winner.upstreamNanos());
    }

    /// Adds who answers.
    ///
    /// @param attempts how many it took, this one among them
    void by(ResponseHead head, UpstreamId upstream, String subject, int attempts) {
        head.with("x-switchgear-provider", HeaderText.of(upstream.provider()))
                .with("x-switchgear-key", HeaderText.of(upstream.key()))
                .with("x-switchgear-model", HeaderText.of(subject))
                .with("x-switchgear-attempts", Integer.toString(attempts))
                .with("x-switchgear-failovers", Integer.toString(Math.max(0, attempts - 1)));
        to.again(upstream)
                .ifPresent(same -> head.with("x-switchgear-affinity", same ? "hit" : "miss"));
    }

    /// Adds why that one was asked.
    ///
    /// @param why in printable ASCII; empty where nobody knows
    static void reason(ResponseHead head, String why) {
        if (!why.isEmpty()) {
            head.with("x-switchgear-reason", why);
        }
    }

    /// Adds what of the time since arrival was ours.
    ResponseHead overhead(ResponseHead head, long upstreamNanos) {
        long passed = time.nanos() - visit.exchange().arrivedNanos();
        long micros = Math.max(0, passed - upstreamNanos) / 1000;
        long fraction = micros % 1000;
        return head.with(
                "x-switchgear-overhead-ms",
                micros / 1000 + (fraction < 10 ? ".00" : fraction < 100 ? ".0" : ".") + fraction);
    }

    /// Adds what the answer cost, where that is known, and what the provider's cache had to do with it.
    static void cost(ResponseHead head, Cost cost, TokenUsage usage) {
        long written = TokenKind.CACHE_WRITE.of(usage) + TokenKind.CACHE_WRITE_HOUR.of(usage);
        tokens(head, "x-switchgear-cache-read-tokens", TokenKind.CACHE_READ.of(usage));
        tokens(head, "x-switchgear-cache-write-tokens", written);
        if (cost.known()) {
            head.with("x-switchgear-cost-usd", cost.amount().dollars().toPlainString());
            if (cost.estimate()) {
                head.with("x-switchgear-cost-estimated", "true");
            }
            if (cost.reported()) {
                head.with("x-switchgear-cost-reported", "true");
            }
            if (cost.cacheGain().nanos() != 0) {
                head.with(
                        "x-switchgear-cache-saved-usd", cost.cacheGain().dollars().toPlainString());
            }
        }
    }

    private static void tokens(ResponseHead head, String name, long tokens) {
        if (tokens > 0) {
            head.with(name, Long.toString(tokens));
        }
    }

    /// Adds what of the request had no place at the provider, and what of the answer has none with the
    /// client: never silently.
    ///
    /// @param ofAnswer its names at the provider
    void dropped(ResponseHead head, List<String> atProvider, List<String> ofAnswer) {
        if (dropped.isEmpty() && atProvider.isEmpty() && ofAnswer.isEmpty()) {
            return;
        }
        var all = new ArrayList<>(dropped);
        all.addAll(atProvider);
        all.addAll(named(ofAnswer));
        head.with("x-switchgear-dropped", line(all));
    }

    private static List<String> named(List<String> ofAnswer) {
        return ofAnswer.stream().map(name -> "answer." + name).toList();
    }

    /// What of an answer had no place with the client, in one line of printable ASCII, as the header has
    /// it.
    static String droppedLine(List<String> ofAnswer) {
        return line(named(ofAnswer));
    }

    /// The parts, in one line of printable ASCII; what is too much is counted.
    private static String line(List<String> parts) {
        var line = new StringBuilder();
        for (int i = 0; i < parts.size(); i++) {
            String part = HeaderText.item(parts.get(i));
            if (line.length() + part.length() > DROPPED_CHARS_MAX) {
                return line.append(", and ").append(parts.size() - i).append(" more").toString();
            }
            line.append(i == 0 ? "" : ", ").append(part);
        }
        return line.toString();
    }
}
