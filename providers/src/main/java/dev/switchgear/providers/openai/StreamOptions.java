package dev.switchgear.providers.openai;

import java.nio.charset.StandardCharsets;

/// Asks for a stream's usage, which the server keeps to itself otherwise.
final class StreamOptions {
    private static final byte[] FIELD =
            "\"stream_options\":{\"include_usage\":true},".getBytes(StandardCharsets.US_ASCII);

    private StreamOptions() {}

    /// The body of a request that streams, and so is no empty object, with the field in front.
    static byte[] added(byte[] body) {
        int brace = 0;
        while (body[brace] != '{') {
            brace++;
        }
        byte[] longer = new byte[body.length + FIELD.length];
        System.arraycopy(body, 0, longer, 0, brace + 1);
        System.arraycopy(FIELD, 0, longer, brace + 1, FIELD.length);
        System.arraycopy(
                body, brace + 1, longer, brace + 1 + FIELD.length, body.length - brace - 1);
        return longer;
    }
}
