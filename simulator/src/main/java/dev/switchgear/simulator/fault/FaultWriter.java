package dev.switchgear.simulator.fault;

import dev.switchgear.simulator.http.Header;
import java.time.Duration;
import tools.jackson.databind.node.ObjectNode;

/// Writes faults as [FaultReader] reads them.
public final class FaultWriter {
    private FaultWriter() {}

    public static void write(SimulatedFault fault, ObjectNode node) {
        node.put("type", fault.kind().word());
        kind(fault.kind(), node);
        if (fault.rate() < 1) {
            node.put("rate", fault.rate());
        }
        fault.duration().ifPresent(duration -> node.put("duration", text(duration)));
        fault.times().ifPresent(times -> node.put("times", times));
        fault.operation().ifPresent(operation -> node.put("operation", operation.word()));
        fault.streamed().ifPresent(streamed -> node.put("streamed", streamed));
        unlessEmpty(node, "model", fault.model());
        unlessEmpty(node, "key-ending", fault.keyEnding());
    }

    private static void kind(FaultKind kind, ObjectNode node) {
        switch (kind) {
            case FaultKind.Status status -> {
                node.put("code", status.code());
                unlessEmpty(node, "error", status.error());
                unlessEmpty(node, "message", status.message());
                status.retryAfter().ifPresent(pause -> node.put("retry-after", text(pause)));
                if (!status.headers().isEmpty()) {
                    ObjectNode headers = node.putObject("headers");
                    for (Header header : status.headers()) {
                        headers.put(header.name(), header.value());
                    }
                }
                status.body().ifPresent(body -> node.put("body", body));
            }
            case FaultKind.Latency latency -> {
                node.put("delay", text(latency.delay()));
                node.put("jitter", text(latency.jitter()));
            }
            case FaultKind.SlowFirstToken slow -> {
                node.put("delay", text(slow.delay()));
                node.put("jitter", text(slow.jitter()));
                node.put("after-opening", slow.afterOpening());
            }
            case FaultKind.Stall stall -> {
                spot(stall.spot(), node);
                stall.lasting().ifPresent(lasting -> node.put("for", text(lasting)));
            }
            case FaultKind.Cut cut -> spot(cut.spot(), node);
            case FaultKind.Reset reset -> spot(reset.spot(), node);
            case FaultKind.Garbage garbage -> node.put("bytes", garbage.bytes());
            case FaultKind.WrongContentType wrong -> {
                node.put("content-type", wrong.contentType());
                node.put("body", wrong.body());
            }
            case FaultKind.ErrorFirstEvent first -> {
                unlessEmpty(node, "error", first.error());
                unlessEmpty(node, "message", first.message());
            }
            case FaultKind.ErrorEvent error -> {
                node.put("after-events", error.afterEvents());
                unlessEmpty(node, "error", error.error());
                unlessEmpty(node, "message", error.message());
            }
            case FaultKind.NoTerminalEvent missing ->
                    node.put(
                            "missing", missing.missing().name().toLowerCase(java.util.Locale.ROOT));
            case FaultKind.RateLimit limit -> {
                node.put("requests", limit.limits().requests());
                node.put("tokens", limit.limits().tokens());
                node.put("window", text(limit.limits().window()));
            }
            case FaultKind.BlackHole _, FaultKind.Refuse _, FaultKind.ExpiredKey _ -> {}
        }
    }

    private static void spot(Spot spot, ObjectNode node) {
        switch (spot) {
            case Spot.BeforeHead _ -> {}
            case Spot.AfterBytes after -> node.put("after-bytes", after.bytes());
            case Spot.AfterEvents after -> node.put("after-events", after.events());
            case Spot.InsideCharacter _ -> node.put("inside-character", true);
        }
    }

    private static void unlessEmpty(ObjectNode node, String name, String value) {
        if (!value.isEmpty()) {
            node.put(name, value);
        }
    }

    private static String text(Duration duration) {
        long nanos = duration.toNanos();
        return nanos % 1_000_000 == 0 ? nanos / 1_000_000 + "ms" : nanos / 1_000 + "us";
    }
}
