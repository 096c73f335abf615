package dev.switchgear.server.api;

import java.util.List;

/// An answer that is not what was asked for, before it takes the shape of a client's protocol.
///
/// @param kind what a protocol's error type follows from
/// @param code for programs; empty for none
/// @param param which part of the request is meant; empty for none
/// @param message for people: what happened, why, what to do
/// @param headers name, value, name, value, …
public record Problem(
        int status, Kind kind, String code, String param, String message, List<String> headers) {
    /// Whose fault it is, roughly.
    public enum Kind {
        INVALID_REQUEST,
        AUTHENTICATION,
        RATE_LIMIT,
        UNAVAILABLE,
        SERVER
    }

    public Problem {
        headers = List.copyOf(headers);
    }

    public static Problem invalid(int status, String code, String param, String message) {
        return new Problem(status, Kind.INVALID_REQUEST, code, param, message, List.of());
    }
}
