package dev.switchgear.dialects.json;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Where one field of an object stands in JSON that is known to be well-formed: found by its bytes, so
/// that all others can be left as they came.
///
/// @param name as it is written, without its quotes; one with escapes is never that of a known field
/// @param from of its opening quote
/// @param valueFrom of its value
/// @param to behind its value
public record JsonMember(String name, int from, int valueFrom, int to) {
    /// The fields of the object whose brace is the first byte at or behind `at` that is no white
    /// space; none where something else stands there.
    public static List<JsonMember> of(byte[] json, int at) {
        var members = new ArrayList<JsonMember>();
        int brace = blank(json, at);
        if (json[brace] != '{') {
            return members;
        }
        int next = blank(json, brace + 1);
        while (json[next] != '}') {
            int name = next;
            int behindName = string(json, name);
            int value = blank(json, blank(json, behindName) + 1);
            int behind = value(json, value);
            members.add(
                    new JsonMember(
                            new String(
                                    json, name + 1, behindName - name - 2, StandardCharsets.UTF_8),
                            name,
                            value,
                            behind));
            next = behind(json, behind);
        }
        return members;
    }

    /// Where the elements of an array begin and end, in turn; none where something else stands at
    /// `at`.
    public static List<Integer> elements(byte[] json, int at) {
        var bounds = new ArrayList<Integer>();
        int bracket = blank(json, at);
        if (json[bracket] != '[') {
            return bounds;
        }
        int next = blank(json, bracket + 1);
        while (json[next] != ']') {
            int behind = value(json, next);
            bounds.add(next);
            bounds.add(behind);
            next = behind(json, behind);
        }
        return bounds;
    }

    /// Its value, as it is written.
    public String value(byte[] json) {
        return new String(json, valueFrom, to - valueFrom, StandardCharsets.UTF_8);
    }

    public boolean isNull(byte[] json) {
        return json[valueFrom] == 'n';
    }

    /// Where what follows a value begins, behind its comma; the closing sign where nothing does.
    private static int behind(byte[] json, int value) {
        int sign = blank(json, value);
        return json[sign] == ',' ? blank(json, sign + 1) : sign;
    }

    private static int blank(byte[] json, int from) {
        int at = from;
        while (json[at] <= ' ' && json[at] >= 0) {
            at++;
        }
        return at;
    }

    /// Behind the closing quote of the string at `from`.
    private static int string(byte[] json, int from) {
        int at = from + 1;
        while (json[at] != '"') {
            at += json[at] == '\\' ? 2 : 1;
        }
        return at + 1;
    }

    private static int value(byte[] json, int from) {
        byte first = json[from];
        if (first == '"') {
            return string(json, from);
        }
        if (first != '{' && first != '[') {
            int at = from;
            while (at < json.length
                    && json[at] > ' '
                    && json[at] != ','
                    && json[at] != '}'
                    && json[at] != ']') {
                at++;
            }
            return at;
        }
        int depth = 0;
        int at = from;
        do {
            switch (json[at]) {
                case '"' -> at = string(json, at) - 1;
                case '{', '[' -> depth++;
                case '}', ']' -> depth--;
                default -> {}
            }
            at++;
        } while (depth > 0);
        return at;
    }
}
