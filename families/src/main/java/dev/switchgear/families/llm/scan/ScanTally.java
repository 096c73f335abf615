package dev.switchgear.families.llm.scan;

import dev.switchgear.families.json.Abandoned;
import dev.switchgear.families.json.JsonCursor;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.scan.ScanLimits.Counts;

/// Counts what a request holds while it is scanned, and refuses too much of it once all is counted, so
/// that the client is told how much it was. It costs a comparison or two a token. Not thread-safe.
final class ScanTally {
    /// What the entries of a field are.
    enum Kind {
        /// Turns of a conversation, which have parts.
        TURNS,
        /// Things that are asked for one by one.
        MESSAGES,
        TOOLS,
        /// Parts of one message, or a message that has some.
        SYSTEM,
        OTHER
    }

    /// Values between two looks whether anybody still waits: one less than a power of two.
    private static final int LOOK = 4095;

    private final JsonCursor cursor;
    private final Counts most;
    private Kind kind = Kind.OTHER;
    private String turnsField = "messages";
    private String toolsField = "tools";
    private boolean list;
    private int messages;
    private int parts;
    private int tools;
    private int values;

    ScanTally(JsonCursor cursor, Counts most) {
        this.cursor = cursor;
        this.most = most;
    }

    /// What follows is a field's value.
    ///
    /// @param name of the field
    void enter(Kind entries, String name) {
        kind = entries;
        list = false;
        switch (entries) {
            case TURNS, MESSAGES -> turnsField = name;
            case TOOLS -> toolsField = name;
            case SYSTEM, OTHER -> {}
        }
    }

    /// A value of no account but its own.
    void value() {
        if ((++values & LOOK) == 0) {
            Abandoned.check();
        }
    }

    /// The cursor stands on a value within the field.
    ///
    /// @param depth how many objects and arrays of the field are around it
    void value(int depth) {
        value();
        switch (kind) {
            case TURNS -> turn(depth);
            case MESSAGES -> messages += depth == 1 && inArray() ? 1 : 0;
            case TOOLS -> tools += (depth == 1 || depth == 3) && inArray() ? 1 : 0;
            case SYSTEM -> parts += (depth == 1 || depth == 2) && inArray() ? 1 : 0;
            case OTHER -> {}
        }
    }

    /// A turn stands at depth 1, what it lists at 3, and what a part of it lists as its content at 5.
    private void turn(int depth) {
        switch (depth) {
            case 1 -> messages += inArray() ? 1 : 0;
            case 3 -> parts += inArray() ? 1 : 0;
            case 4 -> list = cursor.named("content") || cursor.named("parts");
            case 5 -> parts += list && inArray() ? 1 : 0;
            default -> {}
        }
    }

    /// What stands in an array has no name.
    private boolean inArray() {
        return cursor.nameless();
    }

    /// @throws InvalidBody if there is too much of anything
    void check() throws InvalidBody {
        check(turnsField, messages, "entries", most.messages(), "messages");
        check(turnsField, parts, "parts in all", most.parts(), "parts");
        check(toolsField, tools, "tools", most.tools(), "tools");
        if (values > most.values()) {
            throw InvalidBody.of(said(values, "JSON values", most.values(), "json-values"));
        }
    }

    private static void check(String field, int count, String what, int most, String setting)
            throws InvalidBody {
        if (count > most) {
            throw InvalidBody.param(field, said(count, what, most, setting));
        }
    }

    private static String said(int count, String what, int most, String setting) {
        return count
                + " "
                + what
                + " (expected: at most "
                + most
                + ", setting server.limits."
                + setting
                + ")";
    }
}
