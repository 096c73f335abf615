package dev.switchgear.providers;

import dev.switchgear.wire.Headers;
import dev.switchgear.wire.WireException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/// One answer of a provider, to be played step by step.
public record Played(int status, Headers headers, List<Step> steps) {
    /// What happens next on the wire.
    public sealed interface Step {
        /// Some bytes of the body arrive together.
        record Arrive(byte[] bytes) implements Step {}

        /// Nothing arrives for a while.
        record Silence(Duration pause) implements Step {}

        /// The wire breaks.
        record Break(WireException.Kind kind) implements Step {}
    }

    public static Played of(int status, String contentType, String body) {
        return of(status, contentType, body.getBytes(StandardCharsets.UTF_8));
    }

    public static Played of(int status, String contentType, byte[] body) {
        return new Played(
                status, Headers.of("Content-Type", contentType), List.of(new Step.Arrive(body)));
    }

    public static Played json(int status, String body) {
        return of(status, "application/json", body);
    }

    public static Played events(String body) {
        return of(200, "text/event-stream; charset=utf-8", body);
    }

    public Played header(String name, String value) {
        return new Played(status, headers.with(name, value), steps);
    }

    public Played then(Step step) {
        var longer = new ArrayList<>(steps);
        longer.add(step);
        return new Played(status, headers, List.copyOf(longer));
    }

    public Played then(String bytes) {
        return then(new Step.Arrive(bytes.getBytes(StandardCharsets.UTF_8)));
    }

    /// The same bytes in other pieces: of one byte and up.
    public Played split(RandomGenerator random) {
        var pieces = new ArrayList<Step>();
        for (Step step : steps) {
            if (step instanceof Step.Arrive(byte[] bytes)) {
                int most = 1 + random.nextInt(Math.max(1, Math.min(2000, bytes.length)));
                int at = 0;
                while (at < bytes.length) {
                    int next = Math.min(bytes.length, at + 1 + random.nextInt(most));
                    pieces.add(new Step.Arrive(Arrays.copyOfRange(bytes, at, next)));
                    at = next;
                }
            } else {
                pieces.add(step);
            }
        }
        return new Played(status, headers, List.copyOf(pieces));
    }
}
