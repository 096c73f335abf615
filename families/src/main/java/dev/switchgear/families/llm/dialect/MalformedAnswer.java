package dev.switchgear.families.llm.dialect;

/// What a provider sent is not what its dialect says. The message is for operators.
public final class MalformedAnswer extends Exception {
    private static final long serialVersionUID = 1L;

    public MalformedAnswer(String what) {
        super(what, null, false, false);
    }

    /// As [#getMessage], which a [Throwable] always has here.
    public String message() {
        return String.valueOf(getMessage());
    }
}
