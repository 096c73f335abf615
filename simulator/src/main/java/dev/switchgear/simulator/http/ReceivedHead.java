package dev.switchgear.simulator.http;

import java.util.List;
import java.util.Optional;

/// A request up to the empty line.
///
/// @param path the target up to `?`, still percent-encoded
/// @param query what follows `?`; empty for none
/// @param version the minor version of HTTP/1: 0 or 1
public record ReceivedHead(
        String method, String path, String query, int version, List<Header> headers) {
    public ReceivedHead {
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

    /// The value of the first query parameter called `name`, still percent-encoded; empty for none.
    public String parameter(String name) {
        for (String pair : query.split("&", -1)) {
            if (pair.startsWith(name + "=")) {
                return pair.substring(name.length() + 1);
            }
        }
        return "";
    }

    /// Whether the client means to send another request on this connection.
    public boolean keepAlive() {
        String wish = header("connection").orElse("").toLowerCase(java.util.Locale.ROOT);
        return version == 1 ? !wish.contains("close") : wish.contains("keep-alive");
    }
}
