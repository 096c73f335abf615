package dev.switchgear.simulator;

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
/// @param status of the head that was sent; empty while, or where, none was
/// @param bytesSent of the answer's body
/// @param eventsSent of a stream
/// @param finishedAt when the answer was complete, or was broken off as a fault wanted
/// @param hungUpAt when we noticed that the client had gone before its answer was complete
/// @param faults those that happened to it
public record ReceivedRequest(
        long number,
        String method,
        String path,
        String query,
        List<Header> headers,
        String body,
        long bodyBytes,
        OptionalInt status,
        long bytesSent,
        int eventsSent,
        Instant receivedAt,
        Optional<Instant> answeredAt,
        Optional<Instant> finishedAt,
        Optional<Instant> hungUpAt,
        List<String> faults) {
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
        return hungUpAt.isPresent();
    }
}
