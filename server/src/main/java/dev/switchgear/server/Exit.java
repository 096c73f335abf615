package dev.switchgear.server;

/// How a command ended, for the shell.
public enum Exit {
    DONE(0),
    FAILED(1),
    USAGE(2),
    PROBLEM_FOUND(3),
    NOT_REACHABLE(4),
    NOT_ALLOWED(5),
    TRY_LATER(75),
    CONFIGURATION(78),
    INTERRUPTED(130);

    private final int code;

    Exit(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }
}
