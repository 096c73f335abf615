package dev.switchgear.dialects.json;

import dev.switchgear.families.json.BoundedJson;
import dev.switchgear.families.json.WatchedBytes;
import dev.switchgear.families.llm.dialect.MalformedAnswer;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// Reads a provider's JSON value by value and without a tree, for what streams. It always stands at a
/// value; each is read, entered or skipped once. For one thread.
///
/// Methods throw [JacksonException] where the JSON breaks, which [#read] turns into what its callers
/// know.
public final class JsonPull {
    private static final JsonFactory JSON = BoundedJson.factory();

    private final byte[] data;
    private final int from;
    private final JsonParser parser;

    private JsonPull(byte[] data, int from, JsonParser parser) {
        this.data = data;
        this.from = from;
        this.parser = parser;
    }

    /// What is done with a value.
    public interface Reading {
        void read(JsonPull json) throws MalformedAnswer;
    }

    /// Reads the one value in `data[from..to)`.
    ///
    /// @throws MalformedAnswer also if it is not JSON, or more than one value
    public static void read(byte[] data, int from, int to, Reading reading) throws MalformedAnswer {
        try (JsonParser parser = parser(data, from, to)) {
            parser.nextToken();
            reading.read(new JsonPull(data, from, parser));
            if (parser.nextToken() != null) {
                throw new MalformedAnswer("more behind the answer's JSON");
            }
        } catch (JacksonException notJson) {
            throw Json.malformed(data, from, to);
        }
    }

    private static JsonParser parser(byte[] data, int from, int to) {
        return to - from < WatchedBytes.LARGE
                ? JSON.createParser(ObjectReadContext.empty(), data, from, to - from)
                : JSON.createParser(ObjectReadContext.empty(), WatchedBytes.in(data, from, to));
    }

    /// Within an object: goes on to the value of its next field.
    ///
    /// @return whether there is one; else the object is behind us
    public boolean field() {
        if (parser.nextName() == null) {
            return false;
        }
        parser.nextToken();
        return true;
    }

    /// Of the field whose value this is.
    public String name() {
        return parser.currentName();
    }

    /// Within an array: goes on to its next element.
    ///
    /// @return whether there is one; else the array is behind us
    public boolean element() {
        return parser.nextToken() != JsonToken.END_ARRAY;
    }

    public boolean isObject() {
        return parser.currentToken() == JsonToken.START_OBJECT;
    }

    public boolean isArray() {
        return parser.currentToken() == JsonToken.START_ARRAY;
    }

    public boolean isString() {
        return parser.currentToken() == JsonToken.VALUE_STRING;
    }

    public boolean isNull() {
        return parser.currentToken() == JsonToken.VALUE_NULL;
    }

    /// Enters an object, which this must be.
    ///
    /// @param what it is, for the message
    public void needObject(String what) throws MalformedAnswer {
        if (!isObject()) {
            throw new MalformedAnswer(what + " is not an object");
        }
    }

    /// Enters an object, and skips everything else.
    public boolean enterObject() {
        if (!isObject()) {
            skip();
        }
        return isObject();
    }

    /// Enters an array, and skips everything else.
    public boolean enterArray() {
        if (!isArray()) {
            skip();
        }
        return isArray();
    }

    public void skip() {
        parser.skipChildren();
    }

    /// Whether it is `true`.
    public boolean flag() {
        boolean flag = parser.currentToken() == JsonToken.VALUE_TRUE;
        skip();
        return flag;
    }

    /// The string, or `otherwise` for anything else.
    public String text(String otherwise) {
        if (isString()) {
            return parser.getString();
        }
        skip();
        return otherwise;
    }

    /// The string; empty for anything else.
    public String text() {
        return text("");
    }

    /// The whole number, as [Json#count] knows one; -1 for what is none, or too large for one.
    public long count() {
        return Json.count(parser);
    }

    /// Skips an object or an array.
    ///
    /// @return whether anything is in it
    public boolean holdsSomething() {
        if (!isObject() && !isArray()) {
            return false;
        }
        boolean any = !parser.nextToken().isStructEnd();
        int depth = any ? 1 : 0;
        if (any && parser.currentToken().isStructStart()) {
            depth++;
        }
        while (depth > 0) {
            JsonToken token = parser.nextToken();
            depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        }
        return any;
    }

    /// The bytes of an object or an array as they came.
    public String raw() {
        int begin = from + (int) parser.currentTokenLocation().getByteOffset();
        skip();
        int end = from + (int) parser.currentLocation().getByteOffset();
        return new String(data, begin, end - begin, StandardCharsets.UTF_8);
    }

    /// An object or an array on one line, every digit of its numbers kept.
    public String compact() {
        var json = new StringBuilder(64);
        int depth = 0;
        boolean comma = false;
        JsonToken token = parser.currentToken();
        while (true) {
            if (token.isStructEnd()) {
                json.append(token.asString());
                depth--;
                comma = true;
            } else {
                if (comma) {
                    json.append(',');
                }
                if (token == JsonToken.PROPERTY_NAME) {
                    JsonText.append(json, parser.currentName());
                    json.append(':');
                    comma = false;
                } else if (token.isStructStart()) {
                    json.append(token.asString());
                    depth++;
                    comma = false;
                } else {
                    if (token == JsonToken.VALUE_STRING) {
                        JsonText.append(json, parser.getString());
                    } else {
                        json.append(parser.getString());
                    }
                    comma = true;
                }
            }
            if (depth == 0) {
                return json.toString();
            }
            token = parser.nextToken();
        }
    }
}
