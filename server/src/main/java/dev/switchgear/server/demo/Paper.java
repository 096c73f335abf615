package dev.switchgear.server.demo;

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

    /// A line that begins with a status' shape.
    void line(String when, Status status, String text) {
        String shape = coloured ? status.colour() + status.shape() + RESET : status.shape();
        write(when + "  " + shape + " " + text);
    }

    /// A line about no provider's status.
    void line(String when, String text) {
        write(when + "    " + text);
    }

    private synchronized void write(String text) {
        out.println(text);
        out.flush();
    }
}
