package dev.switchgear.families.llm.scan;

import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.model.Service;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// A client's JSON body and what one scan of it found. The bytes are never re-serialised: only the
/// value of `model` is replaced, in place, and what is meant for the gateway alone is cut out.
///
/// @param bytes the body as it came; not to be changed
/// @param model the value of the top-level `model`
/// @param modelFrom offset of that value's opening quote; -1 where the model stands in the path; that
///     of the field `models` where the first of those is taken for want of a `model`
/// @param modelTo offset behind its closing quote
/// @param wishes how the answer is to come
/// @param maxOutputTokens the caller's own bound on output, where it set one
/// @param promptTokensEstimate a rough count of prompt tokens: a quarter of the bytes of messages,
///     tools or input without inline media; token ids given as input count one each
/// @param steers the fields that say where the request may go, in the order they stand
/// @param conversation how the conversation began; unknown once something was cut out
/// @param elsewhere what of the conversation does not stand in the body
/// @param seldom what it holds that few servers take
public record RequestBody(
        byte[] bytes,
        String model,
        int modelFrom,
        int modelTo,
        Wishes wishes,
        OptionalLong maxOutputTokens,
        long promptTokensEstimate,
        List<Steer> steers,
        ConversationStart conversation,
        Elsewhere elsewhere,
        Seldom seldom) {
    /// How the answer is to come.
    ///
    /// @param streamed whether in pieces: the top-level `stream` is true
    /// @param streamOptions whether there is a top-level `stream_options`
    /// @param effort whether the model is asked to think first, in any dialect's words
    /// @param service how the request is to be served; empty where that is left open
    public record Wishes(
            boolean streamed, boolean streamOptions, boolean effort, Optional<Service> service) {}

    private static final char[] HEX = "0123456789abcdef".toCharArray();

    public RequestBody {
        steers = List.copyOf(steers);
    }

    public boolean streamed() {
        return wishes.streamed();
    }

    public boolean streamOptions() {
        return wishes.streamOptions();
    }

    /// The body with another value of `model` and every other byte as it came.
    public byte[] withModel(String other) {
        for (Steer steer : steers) {
            if (steer.from() == modelFrom) {
                return without(List.of(steer)).withModel(other);
            }
        }
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

    /// This body where the path names the model, or says whether to stream.
    ///
    /// @throws InvalidBody if what the path has is no name; none at all is for the routes to tell
    public RequestBody at(String pathModel, boolean pathStreamed) throws InvalidBody {
        if (!pathModel.isEmpty()) {
            AskedName.check("model", pathModel);
        }
        boolean inBody = modelFrom >= 0 && pathModel.equals(model);
        return new RequestBody(
                bytes,
                pathModel,
                inBody ? modelFrom : -1,
                inBody ? modelTo : -1,
                new Wishes(pathStreamed, wishes.streamOptions(), wishes.effort(), wishes.service()),
                maxOutputTokens,
                promptTokensEstimate,
                inBody ? steers : List.of(),
                conversation,
                elsewhere,
                seldom);
    }

    /// This body without some of its steering fields: without each field, one comma beside it, and no
    /// other byte. Where `models` stands for a missing `model`, it becomes one.
    public RequestBody without(List<Steer> cut) {
        if (cut.isEmpty()) {
            return this;
        }
        byte[] left = bytes.clone();
        int length = left.length;
        int from = modelFrom;
        int to = modelTo;
        for (Steer steer : cut.reversed()) {
            if (steer.from() == modelFrom) {
                byte[] field = ("\"model\":" + quoted(model)).getBytes(StandardCharsets.UTF_8);
                left = spliced(left, length, steer.from(), steer.to(), field);
                length += field.length - (steer.to() - steer.from());
                from = steer.from() + "\"model\":".length();
                to = steer.from() + field.length;
                continue;
            }
            int before = length;
            int comma = commaBehind(left, steer.to());
            if (comma >= 0) {
                length = removed(left, length, comma, comma + 1);
                length = removed(left, length, steer.from(), steer.to());
            } else {
                length = removed(left, length, steer.from(), steer.to());
                comma = commaBefore(left, steer.from());
                length = comma < 0 ? length : removed(left, length, comma, comma + 1);
            }
            if (from > steer.from()) {
                from -= before - length;
                to -= before - length;
            }
        }
        return new RequestBody(
                Arrays.copyOf(left, length),
                model,
                from,
                to,
                wishes,
                maxOutputTokens,
                promptTokensEstimate,
                steers.stream().filter(steer -> !cut.contains(steer)).toList(),
                ConversationStart.NONE,
                elsewhere.cut(),
                seldom);
    }

    private static byte[] spliced(byte[] text, int length, int from, int to, byte[] other) {
        var changed = new byte[length + other.length - (to - from)];
        System.arraycopy(text, 0, changed, 0, from);
        System.arraycopy(other, 0, changed, from, other.length);
        System.arraycopy(text, to, changed, from + other.length, length - to);
        return changed;
    }

    /// @return how many bytes are left
    private static int removed(byte[] text, int length, int from, int to) {
        System.arraycopy(text, to, text, from, length - to);
        return length - (to - from);
    }

    private static int commaBehind(byte[] json, int offset) {
        int at = offset;
        while (json[at] <= ' ') {
            at++;
        }
        return json[at] == ',' ? at : -1;
    }

    private static int commaBefore(byte[] json, int offset) {
        int at = offset - 1;
        while (json[at] <= ' ') {
            at--;
        }
        return json[at] == ',' ? at : -1;
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
