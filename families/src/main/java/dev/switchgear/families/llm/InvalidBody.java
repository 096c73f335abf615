package dev.switchgear.families.llm;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/// A client's body that no provider should see. The message is for the client: where, what was
/// found, what was expected.
public final class InvalidBody extends Exception {
    private static final long serialVersionUID = 1L;

    private final @Nullable String param;

    private InvalidBody(String message, @Nullable String param) {
        // Made for each bad request of anybody: without a stack trace, which nobody would read.
        super(message, null, false, false);
        this.param = param;
    }

    public static InvalidBody at(long line, long column, long offset, String what) {
        return new InvalidBody(
                "line " + line + ", column " + column + " (byte " + offset + "): " + what, null);
    }

    public static InvalidBody of(String what) {
        return new InvalidBody(what, null);
    }

    /// A field that is missing, or not what it must be.
    public static InvalidBody param(String name, String what) {
        return new InvalidBody(name + ": " + what, name);
    }

    /// A field whose value is of the wrong type.
    public static InvalidBody wrong(String name, JsonToken value, String expected) {
        String found =
                switch (value) {
                    case START_OBJECT -> "an object";
                    case START_ARRAY -> "an array";
                    case VALUE_STRING -> "a string";
                    case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
                    case VALUE_TRUE, VALUE_FALSE -> "a boolean";
                    case VALUE_NULL -> "null";
                    default -> "nothing";
                };
        return param(name, found + " (expected: " + expected + ")");
    }

    /// The top-level field at fault; empty where it is the JSON itself.
    public Optional<String> param() {
        return Optional.ofNullable(param);
    }

    /// As [#getMessage], which a [Throwable] always has here.
    public String message() {
        return String.valueOf(getMessage());
    }
}
