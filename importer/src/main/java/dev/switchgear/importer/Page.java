package dev.switchgear.importer;

import dev.switchgear.importer.Block.Item;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Writes a [Block] down as YAML. Pure functions.
///
/// Every text is quoted unless it is a plain word, and every comment stays on its line, so that nothing
/// of the source can become a setting.
final class Page {
    private static final int COLUMNS = 100;
    private static final int COMMENT_MAX = 400;

    /// What YAML takes for something other than a text.
    private static final Set<String> TAKEN =
            Set.of("true", "false", "yes", "no", "on", "off", "null", "y", "n");

    private Page() {}

    /// A text as a value: `${` of the source means itself.
    static String text(String text) {
        String escaped = text.replace("${", "$${");
        boolean plain =
                escaped.matches("[A-Za-z][A-Za-z0-9_./-]*")
                        && !TAKEN.contains(escaped.toLowerCase(Locale.ROOT));
        return plain ? escaped : quoted(escaped);
    }

    /// A text in double quotes, on one line.
    static String quoted(String text) {
        var out = new StringBuilder("\"");
        text.codePoints()
                .forEach(character -> {
                    if (character == '"' || character == '\\') {
                        out.append('\\').appendCodePoint(character);
                    } else if (shown(character)) {
                        out.appendCodePoint(character);
                    } else if (Character.isBmpCodePoint(character)) {
                        out.append(String.format(Locale.ROOT, "\\u%04x", character));
                    } else {
                        out.append(String.format(Locale.ROOT, "\\U%08x", character));
                    }
                });
        return out.append('"').toString();
    }

    /// A comment's text, on one line and not endless.
    static String comment(String text) {
        var out = new StringBuilder();
        text.codePoints()
                .limit(COMMENT_MAX)
                .forEach(character -> out.appendCodePoint(shown(character) ? character : ' '));
        return out.toString();
    }

    private static boolean shown(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED ->
                    false;
            default -> true;
        };
    }

    static String of(Block block) {
        var out = new StringBuilder();
        write(block, "", out);
        return out.toString();
    }

    private static void write(Block block, String indent, StringBuilder out) {
        block.notes().forEach(note -> note(note, indent, out));
        boolean first = true;
        for (var entry : block.items().entrySet()) {
            if (indent.isEmpty() && !(first && block.notes().isEmpty())) {
                out.append('\n');
            }
            first = false;
            item(entry.getKey(), entry.getValue(), indent, out);
        }
        if (!block.tail().isEmpty()) {
            out.append('\n');
        }
        block.tail().forEach(note -> note(note, indent, out));
    }

    private static void note(String note, String indent, StringBuilder out) {
        out.append(indent).append(note.isEmpty() ? "#" : "# " + comment(note)).append('\n');
    }

    private static void item(String name, Item item, String indent, StringBuilder out) {
        String key = text(name);
        String within = indent + "  ";
        switch (item) {
            case Item.Written written ->
                    out.append(indent).append(key).append(": ").append(written.yaml()).append('\n');
            case Item.Nested nested -> {
                String line = indent + key + ": " + flow(nested.block());
                if (nested.block().flat() && line.length() <= COLUMNS && !indent.isEmpty()) {
                    out.append(line).append('\n');
                } else {
                    out.append(indent).append(key).append(":\n");
                    write(nested.block(), within, out);
                }
            }
            case Item.Listed listed -> {
                out.append(indent).append(key).append(":\n");
                listed.blocks().forEach(block -> listed(block, within, out));
            }
            case Item.Words words -> {
                String line = indent + key + ": [" + String.join(", ", words.yaml()) + "]";
                if (line.length() <= COLUMNS) {
                    out.append(line).append('\n');
                } else {
                    out.append(indent).append(key).append(":\n");
                    words.yaml()
                            .forEach(word ->
                                    out.append(within).append("- ").append(word).append('\n'));
                }
            }
        }
    }

    private static void listed(Block block, String indent, StringBuilder out) {
        String line = indent + "- " + flow(block);
        if (block.flat() && line.length() <= COLUMNS) {
            out.append(line).append('\n');
            return;
        }
        block.notes().forEach(note -> note(note, indent, out));
        var lines = new StringBuilder();
        write(block.withoutNotes(), indent + "  ", lines);
        out.append(indent).append("- ").append(lines.substring(indent.length() + 2));
    }

    private static String flow(Block block) {
        List<String> parts =
                block.items().entrySet().stream()
                        .map(entry ->
                                text(entry.getKey())
                                        + ": "
                                        + (entry.getValue() instanceof Item.Written written
                                                ? written.yaml()
                                                : ""))
                        .toList();
        return parts.isEmpty() ? "{}" : "{ " + String.join(", ", parts) + " }";
    }
}
