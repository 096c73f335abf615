package dev.switchgear.importer;

import dev.switchgear.importer.Block.Item;
import java.util.List;

/// Writes a [Block] down as YAML. Pure functions.
final class Page {
    private static final int COLUMNS = 100;

    private Page() {}

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
        out.append(indent)
                .append(note.isEmpty() ? "#" : "# " + YamlText.comment(note))
                .append('\n');
    }

    private static void item(String name, Item item, String indent, StringBuilder out) {
        String key = YamlText.text(name);
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
                                YamlText.text(entry.getKey())
                                        + ": "
                                        + (entry.getValue() instanceof Item.Written written
                                                ? written.yaml()
                                                : ""))
                        .toList();
        return parts.isEmpty() ? "{}" : "{ " + String.join(", ", parts) + " }";
    }
}
