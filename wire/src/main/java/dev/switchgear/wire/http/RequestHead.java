package dev.switchgear.wire.http;

import dev.switchgear.wire.Endpoint;
import dev.switchgear.wire.OutgoingRequest;

/// Writes a request's head. What would let one request become two (a line break in a value, a
/// second length) is our own mistake and thrown as such; no message quotes a value.
final class RequestHead {
    static final int SIZE_MAX = 64 * 1024;

    private final Intake intake;
    private byte[] bytes;
    private int at;

    private RequestHead(Intake intake) {
        this.intake = intake;
        this.bytes = intake.scratch(Intake.SIZE);
    }

    /// Writes the head into the intake's empty buffer and returns its length.
    ///
    /// @throws IllegalArgumentException when a part cannot be sent as HTTP
    static int write(Endpoint endpoint, OutgoingRequest request, Intake intake) {
        var head = new RequestHead(intake);
        head.requestLine(endpoint, request);
        head.text("Host: ");
        head.text(endpoint.hostField());
        head.text("\r\n");
        request.headers().forEach(head::field);
        int length = request.body().length;
        if (length > 0 || !bodyless(request.method())) {
            head.text("Content-Length: ");
            head.text(Integer.toString(length));
            head.text("\r\n");
        }
        head.text("\r\n");
        return head.at;
    }

    private static boolean bodyless(String method) {
        return switch (method) {
            case "GET", "HEAD", "DELETE", "OPTIONS" -> true;
            default -> false;
        };
    }

    private void requestLine(Endpoint endpoint, OutgoingRequest request) {
        if (!Grammar.isToken(request.method()) || request.method().equals("CONNECT")) {
            throw new IllegalArgumentException("request: the method is no HTTP method");
        }
        String path = request.path();
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("request: the path does not begin with /");
        }
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c <= ' ' || c > 0x7e || c == '#' || c == '\\') {
                throw new IllegalArgumentException(
                        "request: the path has a character that must be percent-encoded");
            }
        }
        text(request.method());
        text(" ");
        text(endpoint.basePath());
        text(path);
        text(" HTTP/1.1\r\n");
    }

    private void field(String name, String value) {
        if (!Grammar.isToken(name)) {
            throw new IllegalArgumentException("request: a header name is no HTTP token");
        }
        if (HeaderRules.isConnectors(name)) {
            throw new IllegalArgumentException("request: " + name + " is the connector's to write");
        }
        for (int i = 0; i < value.length(); i++) {
            if (!Grammar.isValue(value.charAt(i))) {
                throw new IllegalArgumentException(
                        "request: the value of " + name + " has a character HTTP does not allow");
            }
        }
        text(name);
        text(": ");
        text(value);
        text("\r\n");
    }

    /// Latin-1, as checked above.
    private void text(String text) {
        int end = at + text.length();
        if (end > bytes.length) {
            grow(end);
        }
        for (int i = 0; i < text.length(); i++) {
            bytes[at + i] = (byte) text.charAt(i);
        }
        at = end;
    }

    private void grow(int size) {
        if (size > SIZE_MAX) {
            throw new IllegalArgumentException("request: the head exceeds " + SIZE_MAX + " bytes");
        }
        byte[] smaller = bytes;
        bytes = intake.scratch(Math.max(size, Math.min(SIZE_MAX, smaller.length * 2)));
        System.arraycopy(smaller, 0, bytes, 0, at);
    }
}
