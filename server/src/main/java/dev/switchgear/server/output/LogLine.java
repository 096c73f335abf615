package dev.switchgear.server.output;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// A line of the log for people. Names and messages from outside are in it, and the one who wrote them
/// may mean to write lines of their own, to colour the terminal or to turn the reading direction: so
/// nothing but visible text gets through, in one place for all. Pure.
final class LogLine {
    /// Characters of a message; beyond that it is cut.
    static final int MESSAGE_MOST = 4_000;

    /// Characters of a name: of anything without a space in it.
    static final int RUN_MOST = 200;

    /// Characters of a message that are looked at.
    private static final int READ_MOST = 100_000;

    private static final int FRAMES_MOST = 20;
    private static final int CAUSES_MOST = 5;
    private static final int CAUSE_MOST = 1_000;

    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");

    private LogLine() {}

    /// `12:00:00.000 WARN  message`, with a trace on lines that begin with a tab.
    static String of(ILoggingEvent event, ZoneId zone) {
        var line = new StringBuilder(160);
        CLOCK.formatTo(event.getInstant().atZone(zone), line);
        line.append(' ').append(String.format(Locale.ROOT, "%-5s", event.getLevel())).append(' ');
        visible(event.getFormattedMessage(), MESSAGE_MOST, line);
        line.append('\n');
        IThrowableProxy thrown = event.getThrowableProxy();
        for (int i = 0; thrown != null && i < CAUSES_MOST; i++) {
            cause(thrown, i > 0, line);
            thrown = thrown.getCause();
        }
        return line.toString();
    }

    private static void cause(IThrowableProxy thrown, boolean inner, StringBuilder line) {
        line.append(inner ? "\tcaused by " : "\t").append(thrown.getClassName());
        if (thrown.getMessage() != null) {
            visible(": " + thrown.getMessage(), CAUSE_MOST, line);
        }
        line.append('\n');
        StackTraceElementProxy[] frames = thrown.getStackTraceElementProxyArray();
        int own = Math.max(0, frames.length - thrown.getCommonFrames());
        for (int i = 0; i < Math.min(own, FRAMES_MOST); i++) {
            line.append("\t\t").append(frames[i].getSTEAsString()).append('\n');
        }
    }

    /// A text with everything escaped that would not be seen as itself.
    static void visible(String text, int most, StringBuilder into) {
        int from = into.length();
        int end = Math.min(text.length(), READ_MOST);
        int run = 0;
        int i = 0;
        while (i < end && into.length() - from < most) {
            int character = text.codePointAt(i);
            i += Character.charCount(character);
            run = character == ' ' ? 0 : run + 1;
            if (run > RUN_MOST) {
                if (run == RUN_MOST + 1) {
                    into.append('…');
                }
            } else if (isVisible(character)) {
                into.appendCodePoint(character);
            } else {
                escape(character, into);
            }
        }
        if (i < text.length()) {
            into.append("… (").append(text.length() - i).append(" more)");
        }
    }

    private static boolean isVisible(int character) {
        if (character >= ' ' && character < 0x7f) {
            return true;
        }
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.PRIVATE_USE,
                    Character.SURROGATE,
                    Character.UNASSIGNED ->
                    false;
            default -> true;
        };
    }

    private static void escape(int character, StringBuilder into) {
        switch (character) {
            case '\n' -> into.append("\\n");
            case '\r' -> into.append("\\r");
            case '\t' -> into.append("\\t");
            default -> into.append(String.format(Locale.ROOT, "\\u{%x}", character));
        }
    }
}
