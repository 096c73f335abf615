package dev.switchgear.families.llm;

import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/// A client's JSON body and what one scan of it found. The bytes are never re-serialised: only the
/// value of `model` is replaced, in place.
///
/// @param bytes the body as it came; not to be changed
/// @param model the value of the top-level `model`
/// @param modelFrom offset of that value's opening quote; -1 where the model stands in the path
/// @param modelTo offset behind its closing quote
/// @param streamed whether the top-level `stream` is true
/// @param streamOptions whether there is a top-level `stream_options`
/// @param maxOutputTokens the caller's own bound on output, where it set one
/// @param promptTokensEstimate a rough count of prompt tokens: a quarter of the bytes of messages,
///     tools or input without inline media; token ids given as input count one each
public record RequestBody(
        byte[] bytes,
        String model,
        int modelFrom,
        int modelTo,
        boolean streamed,
        boolean streamOptions,
        OptionalLong maxOutputTokens,
        long promptTokensEstimate) {
    private static final char[] HEX = "0123456789abcdef".toCharArray();

    /// The body with another value of `model` and every other byte as it came.
    public byte[] withModel(String other) {
        if (modelFrom < 0 || other.equals(model)) {
            return bytes;
        }
        byte[] value = quoted(other).getBytes(StandardCharsets.UTF_8);
        byte[] changed = new byte[modelFrom + value.length + bytes.length - modelTo];
        System.arraycopy(bytes, 0, changed, 0, modelFrom);
        System.arraycopy(value, 0, changed, modelFrom, value.length);
        System.arraycopy(bytes, modelTo, changed, modelFrom + value.length, bytes.length - modelTo);
        return changed;
    }

    /// This body where the path names the model and says whether to stream.
    public RequestBody at(String pathModel, boolean pathStreamed) {
        return new RequestBody(
                bytes,
                pathModel,
                -1,
                -1,
                pathStreamed,
                streamOptions,
                maxOutputTokens,
                promptTokensEstimate);
    }

    private static String quoted(String text) {
        var json = new StringBuilder(text.length() + 8).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ' || Character.isSurrogate(c)) {
                json.append("\\u")
                        .append(HEX[c >> 12])
                        .append(HEX[c >> 8 & 0xF])
                        .append(HEX[c >> 4 & 0xF])
                        .append(HEX[c & 0xF]);
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }
}
