package dev.switchgear.server.api.llm;

import java.util.List;

/// Tells in a header what of a request had no place at the provider. Pure.
final class Dropped {
    private static final int CHARS_MAX = 1_000;

    private Dropped() {}

    /// The parts, in one line of printable ASCII; what is too much is counted.
    static String header(List<String> dropped) {
        var line = new StringBuilder();
        for (int i = 0; i < dropped.size(); i++) {
            String part = dropped.get(i);
            if (line.length() + part.length() > CHARS_MAX) {
                return line.append(", and ").append(dropped.size() - i).append(" more").toString();
            }
            line.append(i == 0 ? "" : ", ").append(printable(part));
        }
        return line.toString();
    }

    private static String printable(String text) {
        var line = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            line.append(c >= ' ' && c < 0x7F && c != ',' ? c : c == ',' ? ';' : '?');
        }
        return line.toString();
    }
}
