package dev.switchgear.server.names;

import java.util.Locale;

/// Words in lower case, the same on every machine. Pure.
public final class Lower {
    private Lower() {}

    /// As people read the name of a constant.
    public static String of(Enum<?> constant) {
        return of(constant.name());
    }

    public static String of(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
