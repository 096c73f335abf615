package dev.switchgear.simulator.http;

import java.util.List;
import java.util.Optional;

/// A request up to the empty line.
///
/// @param path the target up to `?`, still percent-encoded
/// @param query what follows `?`; empty for none
/// @param version the minor version of HTTP/1: 0 or 1
public record RequestHead(
        String method, String path, String query, int version, List<Header> headers) {
    public RequestHead {
        headers = List.copyOf(headers);
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

    /// Whether the client means to send another request on this connection.
    public boolean keepAlive() {
        String wish = header("connection").orElse("").toLowerCase(java.util.Locale.ROOT);
        return version == 1 ? !wish.contains("close") : wish.contains("keep-alive");
    }
}
