package dev.switchgear.importer;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Settings to be written down, in the order in which they were set, with comments. Not thread-safe.
final class Block {
    private final Map<String, Item> items = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();
    private final List<String> tail = new ArrayList<>();

    /// What stands behind a name.
    sealed interface Item {
        /// @param yaml a single value, already in YAML
        record Written(String yaml) implements Item {}

        record Nested(Block block) implements Item {}

        record Listed(List<Block> blocks) implements Item {}

        /// @param yaml single values, already in YAML
        record Words(List<String> yaml) implements Item {}
    }

    /// @param yaml a single value, already in YAML
    Block set(String name, String yaml) {
        items.put(name, new Item.Written(yaml));
        return this;
    }

    Block text(String name, String text) {
        return set(name, YamlText.text(text));
    }

    Block words(String name, List<String> texts) {
        items.put(name, new Item.Words(texts.stream().map(YamlText::text).toList()));
        return this;
    }

    /// The settings beneath `name`, made where there are none yet.
    Block at(String name) {
        if (items.get(name) instanceof Item.Nested(Block block)) {
            return block;
        }
        var made = new Block();
        items.put(name, new Item.Nested(made));
        return made;
    }

    /// Another entry of the list beneath `name`.
    void add(String name, Block block) {
        var blocks = new ArrayList<Block>();
        if (items.get(name) instanceof Item.Listed(List<Block> before)) {
            blocks.addAll(before);
        }
        blocks.add(block);
        items.put(name, new Item.Listed(blocks));
    }

    /// Sets a whole block, unless it says nothing.
    void nest(String name, Block block) {
        if (!block.items.isEmpty()) {
            items.put(name, new Item.Nested(block));
        }
    }

    /// A comment above.
    Block note(String text) {
        notes.add(text);
        return this;
    }

    /// A comment below.
    void tail(String text) {
        tail.add(text);
    }

    Map<String, Item> items() {
        return Collections.unmodifiableMap(items);
    }

    List<String> notes() {
        return List.copyOf(notes);
    }

    List<String> tail() {
        return List.copyOf(tail);
    }

    /// Whether it fits on one line: single values alone, and no comment.
    boolean flat() {
        return notes.isEmpty()
                && tail.isEmpty()
                && items.values().stream().allMatch(item -> item instanceof Item.Written);
    }

    Block withoutNotes() {
        var copy = new Block();
        copy.items.putAll(items);
        copy.tail.addAll(tail);
        return copy;
    }
}
