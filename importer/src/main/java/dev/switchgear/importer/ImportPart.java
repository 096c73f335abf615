package dev.switchgear.importer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A part of a source: a value, a list or named fields. Immutable.
sealed interface ImportPart {
    /// Unique in its source, such as `model_list[0].model_name`; without line breaks.
    String path();

    /// Where it stands, 1 or more.
    int line();

    record Value(String path, int line, String text, Kind kind) implements ImportPart {}

    record Items(String path, int line, List<ImportPart> items) implements ImportPart {
        public Items {
            items = List.copyOf(items);
        }
    }

    record Fields(String path, int line, List<Field> fields) implements ImportPart {
        public Fields {
            fields = List.copyOf(fields);
        }

        Optional<ImportPart> at(String name) {
            return fields.stream()
                    .filter(field -> field.name().equals(name))
                    .map(Field::part)
                    .findFirst();
        }
    }

    /// The path and line of a field's part are those of its name.
    record Field(String name, ImportPart part) {}

    enum Kind {
        TEXT,
        NUMBER,
        TRUTH,
        NOTHING
    }

    /// The values beneath, itself included; an empty list and empty fields count as values.
    default List<ImportPart> leaves() {
        var found = new ArrayList<ImportPart>();
        leaves(this, found);
        return found;
    }

    private static void leaves(ImportPart part, List<ImportPart> found) {
        switch (part) {
            case Value value -> found.add(value);
            case Items items when items.items().isEmpty() -> found.add(items);
            case Items items -> items.items().forEach(item -> leaves(item, found));
            case Fields fields when fields.fields().isEmpty() -> found.add(fields);
            case Fields fields -> fields.fields().forEach(field -> leaves(field.part(), found));
        }
    }
}
