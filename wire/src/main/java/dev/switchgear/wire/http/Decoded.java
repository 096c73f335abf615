package dev.switchgear.wire.http;

import dev.switchgear.wire.Headers;
import dev.switchgear.wire.WireException;
import dev.switchgear.wire.WireException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A response with its content coding removed.
///
/// @param headers without `Content-Encoding` and `Content-Length` where those no longer hold
record Decoded(Headers headers, Body body) {
    static Decoded of(Head head, Body framed, ResponseLimits limits) throws WireException {
        List<String> codings = head.headers().all("content-encoding");
        if (codings.isEmpty() || framed.ended()) {
            return new Decoded(head.headers(), framed);
        }
        return switch (String.join(",", codings).strip().toLowerCase(Locale.ROOT)) {
            case "", "identity" -> new Decoded(head.headers(), framed);
            case "gzip", "x-gzip" ->
                    new Decoded(withoutCoding(head.headers()), new Gunzipped(framed, limits));
            default ->
                    throw new WireException(
                            Kind.MALFORMED,
                            true,
                            "malformed response: a Content-Encoding other than gzip");
        };
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
}
