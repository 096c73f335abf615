package dev.switchgear.simulator.provider;

import dev.switchgear.simulator.http.Header;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// A request as a provider saw it. Credentials are shown only by their ends.
///
/// @param number counts the provider's requests from 1
/// @param path without the provider's name
/// @param body the first 64 KiB of it as text
/// @param bodyBytes its whole length
/// @param sent of its answer so far
/// @param faults those that happened to it
public record ReceivedRequest(
        long number,
        String method,
        String path,
        String query,
        List<Header> headers,
        String body,
        long bodyBytes,
        Sent sent,
        Times times,
        List<String> faults) {
    /// What was sent of an answer.
    ///
    /// @param status of the head; empty while, or where, none was sent
    /// @param bytes of the body
    /// @param events of a stream
    public record Sent(OptionalInt status, long bytes, int events) {}

    /// When what happened to a request.
    ///
    /// @param answered when the head was sent
    /// @param finished when the answer was complete, or was broken off as a fault wanted
    /// @param hungUp when we noticed that the client had gone before its answer was complete
    public record Times(
            Instant received,
            Optional<Instant> answered,
            Optional<Instant> finished,
            Optional<Instant> hungUp) {}

    public ReceivedRequest {
        headers = List.copyOf(headers);
        faults = List.copyOf(faults);
    }

    /// The value of the first header called `name`, in any case of letters.
    public Optional<String> header(String name) {
        for (Header header : headers) {
            if (header.name().equalsIgnoreCase(name)) {
                return Optional.of(header.value());
            }
        }
        return Optional.empty();
    }

    /// Whether the client went away before its answer was complete.
    public boolean hungUp() {
        return times.hungUp().isPresent();
    }
}
