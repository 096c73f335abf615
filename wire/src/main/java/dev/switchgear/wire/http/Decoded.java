package dev.switchgear.wire.http;

import dev.switchgear.wire.Headers;
import dev.switchgear.wire.WireException;
import dev.switchgear.wire.WireException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A response with its content coding removed: the body as its reader gets it. Used by one thread.
///
/// @param headers without `Content-Encoding` and `Content-Length` where those no longer hold
/// @param framed the body as it comes over the connection
/// @param gunzipped what is read instead, where `framed` is gzip
record Decoded(Headers headers, Body framed, Optional<Gunzipped> gunzipped) {
    static Decoded of(Head head, Body framed, ResponseLimits limits) throws WireException {
        List<String> codings = head.headers().all("content-encoding");
        if (codings.isEmpty() || framed.ended()) {
            return plain(head, framed);
        }
        return switch (String.join(",", codings).strip().toLowerCase(Locale.ROOT)) {
            case "", "identity" -> plain(head, framed);
            case "gzip", "x-gzip" ->
                    new Decoded(
                            withoutCoding(head.headers()),
                            framed,
                            Optional.of(new Gunzipped(framed, limits)));
            default ->
                    throw new WireException(
                            Kind.MALFORMED,
                            true,
                            "malformed response: a Content-Encoding other than gzip");
        };
    }

    private static Decoded plain(Head head, Body framed) {
        return new Decoded(head.headers(), framed, Optional.empty());
    }

    private static Headers withoutCoding(Headers headers) {
        var flat = new ArrayList<String>();
        headers.forEach((name, value) -> {
            if (!name.equalsIgnoreCase("content-encoding")
                    && !name.equalsIgnoreCase("content-length")) {
                flat.add(name);
                flat.add(value);
            }
        });
        return Headers.of(flat.toArray(new String[0]));
    }

    /// Reads some bytes, at least 1. -1 at the proper end.
    int read(byte[] target, int offset, int length) throws WireException {
        return gunzipped.isPresent()
                ? gunzipped.get().read(target, offset, length)
                : framed.read(target, offset, length);
    }

    /// Whether the proper end has been seen, so that [#read] will give -1 without waiting.
    boolean ended() {
        return gunzipped.isPresent() ? gunzipped.get().ended() : framed.ended();
    }

    /// How many bytes are to come in all, as announced; -1 if unknown.
    long announced() {
        return gunzipped.isPresent() ? -1 : framed.announced();
    }

    /// Nobody will read on.
    void abandon() {
        gunzipped.ifPresent(Gunzipped::abandon);
    }
}
