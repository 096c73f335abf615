package dev.switchgear.server.demo;

import dev.switchgear.core.standing.State;
import dev.switchgear.server.monitor.StandingWords;
import java.io.PrintWriter;

/// What the feed is written on: whole lines, with or without colour. Thread-safe.
public final class Paper {
    private static final String RESET = "\u001b[0m";

    private final PrintWriter out;
    private final boolean coloured;

    /// @param coloured whether the reader understands ANSI colours and wants them
    public Paper(PrintWriter out, boolean coloured) {
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

    private synchronized void write(String text) {
        out.println(text);
        out.flush();
    }
}
