package dev.switchgear.server.config;

import dev.switchgear.server.config.Node.Entry;
import dev.switchgear.server.config.Node.Kind;
import dev.switchgear.server.config.Node.Mapping;
import dev.switchgear.server.config.Node.Scalar;
import dev.switchgear.server.config.Node.Sequence;
import dev.switchgear.server.names.Quote;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;

/// Reads YAML text into a tree that remembers where everything stands.
///
/// Anchors and aliases are refused: without them a file cannot grow beyond its own length.
final class YamlTree {
    /// No setting stands deeper than 8; this leaves room and still bounds the recursion.
    private static final int DEPTH_MAX = 32;

    /// The bound of its own is 3 MiB. Whoever reads a file has bounded it already, each character being
    /// a byte or more.
    private static final YAMLFactory YAML =
            YAMLFactory.builder()
                    .loadSettings(
                            LoadSettings.builder()
                                    .setCodePointLimit(ConfigLoader.BYTES_MAX)
                                    // Told here, with the words of people.
                                    .setAllowDuplicateKeys(true)
                                    .build())
                    .build();

    private final String file;
    private final YAMLParser parser;

    private YamlTree(String file, YAMLParser parser) {
        this.file = file;
        this.parser = parser;
    }

    /// The file is not YAML, or more than we take of it.
    static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient ConfigProblem problem;

        Unreadable(ConfigProblem problem) {
            super(problem.text());
            this.problem = problem;
        }

        ConfigProblem problem() {
            return problem;
        }
    }

    /// The one document of `text`; an empty one is an empty mapping.
    static Mapping read(String file, String text) throws Unreadable {
        try (var parser = (YAMLParser) YAML.createParser(ObjectReadContext.empty(), text)) {
            var tree = new YamlTree(file, parser);
            if (parser.nextToken() == null || parser.currentToken() == JsonToken.VALUE_NULL) {
                return new Mapping(List.of(), 1, 1);
            }
            Node node = tree.node(0);
            if (!(node instanceof Mapping mapping)) {
                throw tree.unreadable(
                        node.line(), node.column(), "The file must hold settings (`name: value`).");
            }
            if (parser.nextToken() != null) {
                var place = parser.currentTokenLocation();
                throw tree.unreadable(
                        place.getLineNr(),
                        place.getColumnNr(),
                        "A second document begins here. One file holds one configuration.");
            }
            return mapping;
        } catch (JacksonException notYaml) {
            throw unreadable(file, text, notYaml);
        }
    }

    private Node node(int depth) throws Unreadable {
        var place = parser.currentTokenLocation();
        int line = place.getLineNr();
        int column = place.getColumnNr();
        if (parser.isCurrentAlias() || parser.getObjectId() != null) {
            throw unreadable(
                    line,
                    column,
                    "Anchors and aliases are not allowed. Write the value out; one that begins with `*` or"
                            + " `&` stands in quotes.");
        }
        if (depth > DEPTH_MAX) {
            throw unreadable(line, column, "Nested deeper than " + DEPTH_MAX + " levels.");
        }
        JsonToken token = parser.currentToken();
        return switch (token) {
            case START_OBJECT -> mapping(line, column, depth);
            case START_ARRAY -> sequence(line, column, depth);
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> scalar(Kind.NUMBER, line, column);
            case VALUE_TRUE, VALUE_FALSE -> scalar(Kind.TRUTH, line, column);
            case VALUE_NULL -> scalar(Kind.NOTHING, line, column);
            case VALUE_STRING, VALUE_EMBEDDED_OBJECT -> scalar(Kind.TEXT, line, column);
            case NOT_AVAILABLE, END_OBJECT, END_ARRAY, PROPERTY_NAME ->
                    throw new IllegalStateException("unexpected YAML token " + token);
        };
    }

    private Scalar scalar(Kind kind, int line, int column) {
        return new Scalar(parser.getString(), kind, line, column);
    }

    private Mapping mapping(int line, int column, int depth) throws Unreadable {
        var entries = new ArrayList<Entry>();
        Set<String> names = new HashSet<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            TokenStreamLocation place = parser.currentTokenLocation();
            String name = parser.currentName();
            if (!names.add(name)) {
                throw unreadable(
                        place.getLineNr(),
                        place.getColumnNr(),
                        "`" + Quote.of(name) + "` is set twice. Keep one of them.");
            }
            parser.nextToken();
            entries.add(new Entry(name, node(depth + 1), place.getLineNr(), place.getColumnNr()));
        }
        return new Mapping(entries, line, column);
    }

    private Sequence sequence(int line, int column, int depth) throws Unreadable {
        var items = new ArrayList<Node>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(node(depth + 1));
        }
        return new Sequence(items, line, column);
    }

    private Unreadable unreadable(int line, int column, String message) {
        return new Unreadable(
                new ConfigProblem(
                        ConfigProblem.SETTING,
                        ConfigProblem.Severity.ERROR,
                        file,
                        line,
                        column,
                        message));
    }

    private static Unreadable unreadable(String file, String text, JacksonException notYaml) {
        TokenStreamLocation place = notYaml.getLocation();
        int line = place == null ? 0 : Math.max(place.getLineNr(), 0);
        int column = place == null ? 0 : Math.max(place.getColumnNr(), 0);
        YamlMistake mistake =
                YamlMistake.of(text, String.valueOf(notYaml.getOriginalMessage()), line, column);
        return new Unreadable(
                new ConfigProblem(
                        ConfigProblem.SETTING,
                        ConfigProblem.Severity.ERROR,
                        file,
                        mistake.line(),
                        mistake.column(),
                        mistake.words()));
    }
}
