package dev.switchgear.importer;

import dev.switchgear.importer.ImportPart.Field;
import dev.switchgear.importer.ImportPart.Fields;
import dev.switchgear.importer.ImportPart.Items;
import dev.switchgear.importer.ImportPart.Kind;
import dev.switchgear.importer.ImportPart.Value;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;

/// A file of another gateway, read into [ImportPart]s.
///
/// YAML's anchors, aliases and merge keys (`<<`) are written out, as the programs that own such files
/// do. What they grow to is bounded, so that a small file cannot fill the memory.
final class ImportSource {
    /// How a file is written.
    enum Format {
        YAML,
        JSON
    }

    private static final int BYTES_MAX = 4 * 1024 * 1024;
    private static final int PARTS_MAX = 100_000;
    private static final int DEPTH_MAX = 40;
    private static final int NAME_MAX = 256;

    private final String file;
    private final Map<String, Raw> anchors = new HashMap<>();
    private int parts;

    private ImportSource(String file) {
        this.file = file;
    }

    /// A part as it is written, before aliases are written out.
    private sealed interface Raw {
        record Text(String text, Kind kind, int line) implements Raw {}

        record Listed(List<Raw> items, int line) implements Raw {}

        record Named(List<Entry> entries, int line) implements Raw {}
    }

    /// @param line where the name stands
    private record Entry(String name, Raw raw, int line) {}

    static Fields read(Path path, Format format) throws Unusable {
        String file = String.valueOf(path.getFileName());
        byte[] bytes;
        try (var in = Files.newInputStream(path)) {
            bytes = in.readNBytes(BYTES_MAX + 1);
        } catch (NoSuchFileException absent) {
            throw new Unusable("There is no such file at " + path + ".");
        } catch (IOException unreadable) {
            String why =
                    Files.isDirectory(path)
                            ? "it is a folder"
                            : String.valueOf(unreadable.getMessage());
            throw new Unusable(file + " cannot be read: " + why + ".");
        }
        if (bytes.length > BYTES_MAX) {
            throw new Unusable(file + " is larger than 4 MiB. That is no configuration.");
        }
        try {
            var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return parse(file, text.toString(), format);
        } catch (CharacterCodingException notText) {
            throw new Unusable(file + " is not UTF-8 text. Save it as UTF-8.");
        }
    }

    static Fields parse(String file, String text, Format format) throws Unusable {
        var source = new ImportSource(file);
        try (JsonParser parser = parser(text, format)) {
            if (parser.nextToken() == null) {
                throw new Unusable(file + " is empty.");
            }
            Raw raw = source.raw(parser, 0);
            if (!(raw instanceof Raw.Named)) {
                throw new Unusable(file + " does not hold named settings.");
            }
            if (parser.nextToken() != null) {
                throw source.unusable(line(parser), "more stands behind the end of the settings");
            }
            source.parts = 0;
            ImportPart whole = source.part(raw, "", line(raw), 0);
            if (whole instanceof Fields fields) {
                return fields;
            }
            throw new IllegalStateException("named settings became " + whole.getClass());
        } catch (JacksonException broken) {
            throw source.unusable(broken, format);
        }
    }

    private static JsonParser parser(String text, Format format) {
        String rest = text.startsWith("\uFEFF") ? text.substring(1) : text;
        return switch (format) {
            case YAML -> new YAMLFactory().createParser(ObjectReadContext.empty(), rest);
            case JSON -> new JsonFactory().createParser(ObjectReadContext.empty(), rest);
        };
    }

    private Raw raw(JsonParser parser, int depth) throws Unusable {
        int line = line(parser);
        count(line, depth);
        if (parser instanceof YAMLParser yaml && yaml.isCurrentAlias()) {
            Raw meant = anchors.get(parser.getString());
            if (meant == null) {
                throw unusable(line, "an alias refers to no anchor above it, or to itself");
            }
            return meant;
        }
        Object id = parser.canReadObjectId() ? parser.getObjectId() : null;
        Optional<String> anchor = Optional.ofNullable(id).map(Object::toString);
        JsonToken token = parser.currentToken();
        Raw raw =
                switch (token) {
                    case START_OBJECT -> named(parser, line, depth);
                    case START_ARRAY -> listed(parser, line, depth);
                    case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
                            new Raw.Text(parser.getString(), Kind.NUMBER, line);
                    case VALUE_TRUE, VALUE_FALSE ->
                            new Raw.Text(parser.getString(), Kind.TRUTH, line);
                    case VALUE_NULL -> new Raw.Text("", Kind.NOTHING, line);
                    case VALUE_STRING, VALUE_EMBEDDED_OBJECT ->
                            new Raw.Text(parser.getString(), Kind.TEXT, line);
                    case NOT_AVAILABLE, END_OBJECT, END_ARRAY, PROPERTY_NAME ->
                            throw new IllegalStateException("unexpected token " + token);
                };
        anchor.ifPresent(name -> anchors.put(name, raw));
        return raw;
    }

    private Raw named(JsonParser parser, int line, int depth) throws Unusable {
        var entries = new ArrayList<Entry>();
        Set<String> names = new HashSet<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            int at = line(parser);
            String name = parser.currentName();
            if (name.length() > NAME_MAX) {
                throw unusable(at, "a name is longer than " + NAME_MAX + " characters");
            }
            if (!names.add(name) && !name.equals("<<")) {
                throw unusable(at, "a name stands twice in the same place; keep one of them");
            }
            parser.nextToken();
            entries.add(new Entry(name, raw(parser, depth + 1), at));
        }
        return new Raw.Named(entries, line);
    }

    private Raw listed(JsonParser parser, int line, int depth) throws Unusable {
        var items = new ArrayList<Raw>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(raw(parser, depth + 1));
        }
        return new Raw.Listed(items, line);
    }

    private ImportPart part(Raw raw, String path, int line, int depth) throws Unusable {
        count(line, depth);
        return switch (raw) {
            case Raw.Text text -> new Value(path, line, text.text(), text.kind());
            case Raw.Listed listed -> {
                var items = new ArrayList<ImportPart>();
                for (Raw item : listed.items()) {
                    items.add(part(item, path + "[" + items.size() + "]", line(item), depth + 1));
                }
                yield new Items(path, line, items);
            }
            case Raw.Named named -> {
                var fields = new ArrayList<Field>();
                for (Entry entry : merged(named, depth).values()) {
                    String at =
                            path.isEmpty() ? step(entry.name()) : path + "." + step(entry.name());
                    fields.add(
                            new Field(
                                    entry.name(), part(entry.raw(), at, entry.line(), depth + 1)));
                }
                yield new Fields(path, line, fields);
            }
        };
    }

    /// With what `<<` brings in; a name's own entry comes before a merged one.
    private Map<String, Entry> merged(Raw.Named named, int depth) throws Unusable {
        count(named.line(), depth);
        var all = new LinkedHashMap<String, Entry>();
        for (Entry entry : named.entries()) {
            if (!entry.name().equals("<<")) {
                all.put(entry.name(), entry);
            }
        }
        for (Entry entry : named.entries()) {
            if (entry.name().equals("<<")) {
                List<Raw> brought =
                        entry.raw() instanceof Raw.Listed listed
                                ? listed.items()
                                : List.of(entry.raw());
                for (Raw more : brought) {
                    if (!(more instanceof Raw.Named other)) {
                        throw unusable(entry.line(), "`<<` merges something that has no names");
                    }
                    merged(other, depth + 1).forEach(all::putIfAbsent);
                }
            }
        }
        return all;
    }

    private void count(int line, int depth) throws Unusable {
        if (depth > DEPTH_MAX) {
            throw unusable(line, "it nests deeper than " + DEPTH_MAX + " levels");
        }
        if (++parts > PARTS_MAX) {
            throw unusable(line, "with its aliases written out it has more than 100,000 parts");
        }
    }

    /// A name as it stands in a path: on one line, and such that no two names look alike.
    private static String step(String name) {
        return name.matches("[A-Za-z0-9_$@/*:-]+") ? name : YamlText.quoted(name);
    }

    private static int line(JsonParser parser) {
        return Math.max(parser.currentTokenLocation().getLineNr(), 1);
    }

    private static int line(Raw raw) {
        return switch (raw) {
            case Raw.Text text -> text.line();
            case Raw.Listed listed -> listed.line();
            case Raw.Named named -> named.line();
        };
    }

    private Unusable unusable(int line, String what) {
        return new Unusable(file + " line " + line + ": " + what + ".");
    }

    /// Without the parser's own words: they quote the text, which may be a secret.
    private Unusable unusable(JacksonException broken, Format format) {
        var place = broken.getLocation();
        int line = place == null ? 1 : Math.max(place.getLineNr(), 1);
        int column = place == null ? 1 : Math.max(place.getColumnNr(), 1);
        return new Unusable(
                file + " line " + line + ", column " + column + ": this is not " + format + ".");
    }
}
