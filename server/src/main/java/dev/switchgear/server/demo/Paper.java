package dev.switchgear.server.demo;

import dev.switchgear.core.standing.State;
import dev.switchgear.server.monitor.StandingWords;
import java.util.function.Consumer;

/// What the feed is written on: whole lines, with or without colour; nobody who writes waits for who
/// reads. Thread-safe.
public final class Paper {
    private static final String RESET = "\u001b[0m";

    private final Consumer<String> out;
    private final boolean coloured;

    /// @param out takes lines with their end; it must be quick and thread-safe
    /// @param coloured whether the reader understands ANSI colours and wants them
    public Paper(Consumer<String> out, boolean coloured) {
        this.out = out;
        this.coloured = coloured;
    }

    void line(String text) {
        write(text);
    }

    /// A line that begins with a state's shape.
    void line(String when, State state, String text) {
        String plain = StandingWords.shape(state);
        String shape = coloured ? StandingWords.colour(state) + plain + RESET : plain;
        write(when + "  " + shape + " " + text);
    }

    /// A line about no provider's state.
    void line(String when, String text) {
        write(when + "    " + text);
    }

    private void write(String text) {
        out.accept(text + "\n");
    }
}
