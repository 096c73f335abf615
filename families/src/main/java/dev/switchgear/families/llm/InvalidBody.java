package dev.switchgear.families.llm;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

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

    static InvalidBody at(long line, long column, long offset, String what) {
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

    /// The top-level field at fault; empty where it is the JSON itself.
    public Optional<String> param() {
        return Optional.ofNullable(param);
    }

    /// As [#getMessage], which a [Throwable] always has here.
    public String message() {
        return String.valueOf(getMessage());
    }
}
