package dev.switchgear.families.llm.dialect;

/// What was asked cannot be said in the provider's dialect, and leaving it out would change what is
/// asked. The message is for the client: the field, and why.
public final class NotTranslatable extends Exception {
    private static final long serialVersionUID = 1L;

    private final String param;

    /// @param param the field at fault, as the neutral request or the client's dialect names it
    public NotTranslatable(String param, String why) {
        // An answer to a bad request of anybody: without a stack trace, which nobody would read.
        super(param + ": " + why, null, false, false);
        this.param = param;
    }

    public String param() {
        return param;
    }

    /// As [#getMessage], which a [Throwable] always has here.
    public String message() {
        return String.valueOf(getMessage());
    }
}
