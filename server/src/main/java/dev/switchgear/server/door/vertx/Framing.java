package dev.switchgear.server.door.vertx;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a request's head must look like beyond what Netty's decoder already refuses (RFC 9112, and
/// stricter where proxies in front have been seen to disagree). Pure.
final class Framing {
    /// @param status what to answer
    /// @param reason for people
    record Flaw(int status, String reason) {}

    private Framing() {}

    static @Nullable Flaw flaw(HttpServerRequest request, int headLines) {
        MultiMap headers = request.headers();
        if (headers.size() > headLines) {
            return new Flaw(431, "more than " + headLines + " header fields");
        }
        if (headers.contains("")) {
            return new Flaw(400, "a header field without a name");
        }
        if (!upperCase(request.method().name())) {
            return new Flaw(400, "the method is not in upper case");
        }
        Flaw target = target(request.uri(), request.method().name());
        if (target != null) {
            return target;
        }
        HttpVersion version = request.version();
        if (version == HttpVersion.HTTP_2) {
            return null;
        }
        List<String> hosts = headers.getAll(HttpHeaders.HOST);
        if (hosts.size() > 1 || (hosts.isEmpty() && version == HttpVersion.HTTP_1_1)) {
            return new Flaw(400, "one host header is needed, " + hosts.size() + " came");
        }
        return body(headers);
    }

    /// Only `/path` is taken (and `*` for OPTIONS): an absolute target names a second host, and which
    /// of the two counts is a question attackers like. CONNECT asks for another one altogether, and in
    /// HTTP/2 has no path at all.
    private static @Nullable Flaw target(@Nullable String uri, String method) {
        if (method.equals("CONNECT")) {
            return new Flaw(400, "CONNECT is not served: this is no proxy");
        }
        if (uri == null
                || uri.isEmpty()
                || (uri.charAt(0) != '/' && !(uri.equals("*") && "OPTIONS".equals(method)))) {
            return new Flaw(400, "the request target does not begin with /");
        }
        for (int i = 0; i < uri.length(); i++) {
            char c = uri.charAt(i);
            if (c <= ' ' || c >= 0x7f || c == '#') {
                return new Flaw(400, "the request target has a character that must be encoded");
            }
        }
        return null;
    }

    private static @Nullable Flaw body(MultiMap headers) {
        List<String> lengths = headers.getAll(HttpHeaders.CONTENT_LENGTH);
        if (lengths.size() > 1 || (lengths.size() == 1 && !digits(lengths.getFirst()))) {
            return new Flaw(400, "content-length is not one decimal number");
        }
        List<String> codings = headers.getAll(HttpHeaders.TRANSFER_ENCODING);
        if (codings.isEmpty()) {
            return null;
        }
        if (!lengths.isEmpty()) {
            return new Flaw(400, "content-length and transfer-encoding together");
        }
        if (codings.size() > 1 || !codings.getFirst().equalsIgnoreCase("chunked")) {
            return new Flaw(400, "transfer-encoding is not `chunked`");
        }
        return null;
    }

    private static boolean upperCase(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < 'A' || c > 'Z') && c != '-' && c != '_') {
                return false;
            }
        }
        return true;
    }

    private static boolean digits(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return !text.isEmpty() && text.length() <= 18;
    }
}
