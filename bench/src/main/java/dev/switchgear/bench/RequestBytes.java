package dev.switchgear.bench;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// The one request a load generator sends again and again, ready for the wire.
final class RequestBytes {
    private RequestBytes() {}

    /// @param headers whole lines such as `authorization: Bearer x`
    static byte[] post(String authority, String path, List<String> headers, String body) {
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        var head = new StringBuilder();
        head.append("POST ").append(path).append(" HTTP/1.1\r\n");
        head.append("host: ").append(authority).append("\r\n");
        head.append("content-type: application/json\r\n");
        head.append("content-length: ").append(content.length).append("\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        head.append("\r\n");
        byte[] start = head.toString().getBytes(StandardCharsets.ISO_8859_1);
        byte[] whole = new byte[start.length + content.length];
        System.arraycopy(start, 0, whole, 0, start.length);
        System.arraycopy(content, 0, whole, start.length, content.length);
        return whole;
    }
}
