package dev.switchgear.simulator.fault;

import dev.switchgear.simulator.answer.ApiOperation;
import dev.switchgear.simulator.fields.InvalidSettingsException;
import dev.switchgear.simulator.fields.SettingsFields;
import dev.switchgear.simulator.http.Header;
import dev.switchgear.simulator.limit.RateLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Reads faults as JSON and YAML spell them.
public final class FaultReader {
    private static final int FAULTS_MAX = 100;
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private static final List<String> WORDS =
            List.of(
                    "status",
                    "latency",
                    "slow-first-token",
                    "stall",
                    "cut",
                    "reset",
                    "black-hole",
                    "refuse",
                    "garbage",
                    "wrong-content-type",
                    "error-first-event",
                    "error-event",
                    "no-terminal-event",
                    "rate-limit",
                    "expired-key");

    private static final String PAGE =
            "<!DOCTYPE html><html><head><title>Service unavailable</title></head><body><h1>We will"
                    + " be back soon</h1></body></html>\n";

    private FaultReader() {}

    /// @param at how messages call the list
    public static List<SimulatedFault> list(JsonNode node, String at) {
        if (!node.isArray()) {
            throw new InvalidSettingsException(
                    at
                            + ": not a list (expected: a list of faults, such as"
                            + " [{\"type\":\"status\",\"code\":503}])");
        }
        if (node.size() > FAULTS_MAX) {
            throw new InvalidSettingsException(
                    at + ": " + node.size() + " faults (expected: at most " + FAULTS_MAX + ")");
        }
        List<SimulatedFault> faults = new ArrayList<>();
        for (int i = 0; i < node.size(); i++) {
            String here = at + "[" + i + "]";
            try {
                faults.add(fault(new SettingsFields(node.get(i), here), here));
            } catch (InvalidSettingsException e) {
                throw e;
            } catch (IllegalArgumentException e) {
                throw new InvalidSettingsException(here + "." + e.getMessage());
            }
        }
        return List.copyOf(faults);
    }

    private static SimulatedFault fault(SettingsFields fields, String at) {
        FaultKind kind = kind(fields, at);
        var fault =
                new SimulatedFault(
                        kind,
                        fields.share("rate", 1),
                        fields.duration("duration"),
                        fields.number("times", 1),
                        fields.word("operation", ApiOperation.class),
                        fields.flag("streamed"),
                        fields.text("model", ""),
                        fields.text("key-ending", ""));
        fields.done();
        return fault;
    }

    private static FaultKind kind(SettingsFields fields, String at) {
        String type = fields.required("type");
        return switch (type) {
            case "status" -> status(fields, at);
            case "latency" ->
                    new FaultKind.Latency(
                            delay(fields, at), fields.duration("jitter", Duration.ZERO));
            case "slow-first-token" ->
                    new FaultKind.SlowFirstToken(
                            delay(fields, at),
                            fields.duration("jitter", Duration.ZERO),
                            fields.flag("after-opening", false));
            case "stall" ->
                    new FaultKind.Stall(
                            spot(fields).orElse(new Spot.AfterEvents(2)), fields.duration("for"));
            case "cut" -> new FaultKind.Cut(spot(fields).orElse(new Spot.AfterEvents(2)));
            case "reset" -> new FaultKind.Reset(spot(fields).orElse(new Spot.BeforeHead()));
            case "black-hole" -> new FaultKind.BlackHole();
            case "refuse" -> new FaultKind.Refuse();
            case "garbage" -> new FaultKind.Garbage((int) fields.number("bytes", 1, 1 << 20, 64));
            case "wrong-content-type" ->
                    new FaultKind.WrongContentType(
                            fields.text("content-type", "text/html; charset=utf-8"),
                            fields.text("body", PAGE));
            case "error-first-event" ->
                    new FaultKind.ErrorFirstEvent(
                            fields.text("error", ""), fields.text("message", ""));
            case "error-event" ->
                    new FaultKind.ErrorEvent(
                            (int) fields.number("after-events", 0, Integer.MAX_VALUE, 2),
                            fields.text("error", ""),
                            fields.text("message", ""));
            case "no-terminal-event" ->
                    new FaultKind.NoTerminalEvent(
                            fields.word("missing", FaultKind.Missing.class)
                                    .orElse(FaultKind.Missing.DONE));
            case "rate-limit" -> new FaultKind.RateLimit(limits(fields, at));
            case "expired-key" -> new FaultKind.ExpiredKey();
            case "heal" ->
                    throw new InvalidSettingsException(
                            at + ".type: healing is no fault (expected: DELETE, or an empty list)");
            default ->
                    throw new InvalidSettingsException(
                            at + ".type: \"" + type + "\" " + SettingsFields.expected(type, WORDS));
        };
    }

    private static Duration delay(SettingsFields fields, String at) {
        return fields.duration("delay")
                .orElseThrow(() ->
                        new InvalidSettingsException(
                                at
                                        + ".delay: missing (expected: a duration such as"
                                        + " \"200ms\" or \"5s\")"));
    }

    private static FaultKind status(SettingsFields fields, String at) {
        if (!fields.has("code")) {
            throw new InvalidSettingsException(
                    at + ".code: missing (expected: an HTTP status from 200 to 599)");
        }
        JsonNode retryAfter = fields.value("retry-after");
        Optional<Duration> pause =
                retryAfter.isIntegralNumber()
                        ? Optional.of(
                                Duration.ofSeconds(fields.number("retry-after", 0, 86_400, 0)))
                        : fields.duration("retry-after");
        JsonNode body = fields.value("body");
        return new FaultKind.Status(
                (int) fields.number("code", 200, 599, 0),
                fields.text("error", ""),
                fields.text("message", ""),
                pause,
                headers(fields.value("headers"), at + ".headers"),
                body.isMissingNode()
                        ? Optional.empty()
                        : Optional.of(body.isString() ? body.stringValue() : body.toString()));
    }

    private static List<Header> headers(JsonNode node, String at) {
        List<Header> headers = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            String value = entry.getValue().asString("");
            if (!entry.getKey().matches("[A-Za-z0-9!#$%&'*+.^_`|~-]+")
                    || value.chars().anyMatch(c -> c < ' ' || c > '~')) {
                throw new InvalidSettingsException(
                        at + "." + entry.getKey() + ": not a header (expected: ASCII, one line)");
            }
            headers.add(new Header(entry.getKey(), value));
        }
        return headers;
    }

    private static Optional<Spot> spot(SettingsFields fields) {
        if (fields.has("after-bytes")) {
            return Optional.of(
                    new Spot.AfterBytes(fields.number("after-bytes", 0, Long.MAX_VALUE, 0)));
        }
        if (fields.has("after-events")) {
            return Optional.of(
                    new Spot.AfterEvents(
                            (int) fields.number("after-events", 0, Integer.MAX_VALUE, 0)));
        }
        return fields.flag("inside-character", false)
                ? Optional.of(new Spot.InsideCharacter())
                : Optional.empty();
    }

    private static RateLimits limits(SettingsFields fields, String at) {
        if (!fields.has("requests") && !fields.has("tokens")) {
            throw new InvalidSettingsException(
                    at + ".requests: missing (expected: requests, tokens or both)");
        }
        return new RateLimits(
                fields.number("requests", 1, Long.MAX_VALUE, RateLimits.GENEROUS.requests()),
                fields.number("tokens", 1, Long.MAX_VALUE, RateLimits.GENEROUS.tokens()),
                fields.duration("window", MINUTE));
    }
}
