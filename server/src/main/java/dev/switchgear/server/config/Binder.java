package dev.switchgear.server.config;

import dev.switchgear.core.vault.Secret;
import dev.switchgear.providers.Kinds;
import dev.switchgear.server.config.ConfigProblem.Severity;
import dev.switchgear.server.config.Node.Entry;
import dev.switchgear.server.config.Node.Kind;
import dev.switchgear.server.config.Node.Mapping;
import dev.switchgear.server.config.Node.Scalar;
import dev.switchgear.server.config.Node.Sequence;
import dev.switchgear.server.config.References.Resolved;
import dev.switchgear.server.config.Settings.Setting;
import dev.switchgear.server.config.Settings.Shape;
import dev.switchgear.server.names.Nearest;
import dev.switchgear.server.names.Quote;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Makes records of a tree, naming every problem on the way instead of stopping at the first.
///
/// An empty result always means that a problem was reported.
final class Binder {
    private static final String SETTINGS = "settings (`name: value`)";

    /// Longer than that, a line to write helps nobody.
    private static final int LINE_MOST = 240;

    private final Mapping root;
    private final Kinds kinds;
    private final References references;
    private final ConfigProblems problems;

    Binder(Mapping root, Kinds kinds, Map<String, String> environment, ConfigProblems problems) {
        this.root = root;
        this.kinds = kinds;
        this.references = new References(environment);
        this.problems = problems;
    }

    Optional<Config> config() {
        return section(Config.class, root, "").map(Config.class::cast);
    }

    private Optional<Object> section(Class<?> type, Mapping mapping, String path) {
        List<Setting> settings = Settings.of(type);
        refuseUnknown(mapping, settings, path);
        return section(type, settings, mapping, path);
    }

    /// What stands beside a word that is none is read as in the usual case, so that all that is wrong
    /// is said at once.
    private Optional<Object> oneOf(Shape.OneOf shape, Mapping mapping, String path) {
        Setting by = shape.by();
        Optional<Object> said = said(by, mapping, path);
        Class<?> type =
                said.<Class<?>>map(word -> shape.of(Scalars.dashed(word.toString())))
                        .orElse(shape.usual());
        List<Setting> settings = Settings.of(type);
        refuseUnknown(mapping, Stream.concat(Stream.of(by), settings.stream()).toList(), path);
        Optional<Object> bound = section(type, settings, mapping, path);
        return said.flatMap(_ -> bound);
    }

    private Optional<Object> section(
            Class<?> type, List<Setting> settings, Mapping mapping, String path) {
        var values = new ArrayList<Object>();
        for (Setting setting : settings) {
            said(setting, mapping, path).ifPresent(values::add);
        }
        return values.size() == settings.size()
                ? Optional.of(instance(type, values))
                : Optional.empty();
    }

    /// What one setting says, written or not.
    private Optional<Object> said(Setting setting, Mapping mapping, String path) {
        String name = path.isEmpty() ? setting.name() : path + "." + setting.name();
        Optional<Node> written = written(setting, mapping);
        if (written.isPresent()) {
            return value(setting.shape(), setting.key(), written.get(), name);
        }
        // Written under another name, it is not missing: that name was complained about.
        return setting.mandatory() && misnamed(setting, mapping)
                ? Optional.empty()
                : absent(setting, mapping, name);
    }

    private static boolean misnamed(Setting setting, Mapping mapping) {
        return mapping.entries().stream()
                .anyMatch(entry -> Rewritten.meant(entry.name(), List.of(setting)).isPresent());
    }

    private void refuseUnknown(Mapping mapping, List<Setting> settings, String path) {
        List<String> known = settings.stream().map(Setting::name).toList();
        for (Entry entry : mapping.entries()) {
            if (!known.contains(entry.name())) {
                problems.error(
                        entry.line(),
                        entry.column(),
                        "`"
                                + (Rewritten.meant(entry.name(), settings).isPresent()
                                        ? entry.name()
                                        : Quote.of(entry.name()))
                                + "` is not a setting. "
                                + instead(entry, settings, path));
            }
        }
    }

    /// The line to write instead of one that is not known.
    private String instead(Entry entry, List<Setting> settings, String path) {
        var rewritten = new Rewritten(kinds, path);
        Optional<Setting> meant = Rewritten.meant(entry.name(), settings);
        if (meant.isPresent()) {
            return rewritten
                    .line(meant.get(), entry.value())
                    .map(line -> "Write `" + line + "`.")
                    .orElseGet(() ->
                            "Did you mean `"
                                    + meant.get().name()
                                    + "`? "
                                    + meant.get().key().says());
        }
        List<String> known = settings.stream().map(Setting::name).toList();
        Optional<String> below = below(entry, settings, rewritten);
        if (below.isPresent() && Nearest.to(entry.name(), known, 1).isEmpty()) {
            return below.get();
        }
        Optional<String> elsewhere =
                Nearest.to(entry.name(), known, 1).isEmpty()
                        ? elsewhere(entry.name())
                        : Optional.empty();
        return elsewhere
                .map(place -> "It stands at `" + place + "`.")
                .orElseGet(() -> Nearest.hint(entry.name(), known));
    }

    /// It may belong to a section of this section.
    private Optional<String> below(Entry entry, List<Setting> settings, Rewritten rewritten) {
        for (Setting setting : settings) {
            Optional<Setting> inner =
                    inner(setting.shape()).flatMap(more -> Rewritten.meant(entry.name(), more));
            if (inner.isPresent()) {
                return Optional.of(
                        rewritten
                                .line(inner.get(), entry.value())
                                .map(line -> "Write `" + setting.name() + ": { " + line + " }`.")
                                .orElseGet(() ->
                                        "It stands at `"
                                                + setting.name()
                                                + "."
                                                + inner.get().name()
                                                + "`."));
            }
        }
        return Optional.empty();
    }

    /// It may be a setting of the whole file, or of one of its sections.
    private static Optional<String> elsewhere(String name) {
        List<Setting> top = Settings.of(Config.class);
        if (top.stream().anyMatch(setting -> setting.name().equals(name))) {
            return Optional.of(name);
        }
        return top.stream()
                .filter(setting ->
                        inner(setting.shape()).orElse(List.of()).stream()
                                .anyMatch(inner -> inner.name().equals(name)))
                .map(setting -> setting.name() + "." + name)
                .findFirst();
    }

    private static Optional<List<Setting>> inner(Shape shape) {
        return switch (shape) {
            case Shape.Section section -> Optional.of(Settings.of(section.type()));
            case Shape.OneOf choice -> Optional.of(Settings.of(choice.usual()));
            case Shape.Maybe maybe -> inner(maybe.value());
            case Shape.Single _, Shape.Listed _, Shape.Named _ -> Optional.empty();
        };
    }

    /// What stands in the file for this setting, on top of what it inherits.
    private Optional<Node> written(Setting setting, Mapping mapping) {
        Optional<Node> own = mapping.at(setting.name());
        Optional<Node> inherited = inherited(setting.key().inherits());
        if (own.isPresent()
                && inherited.isPresent()
                && own.get() instanceof Mapping over
                && inherited.get() instanceof Mapping under) {
            Stream<Entry> left =
                    under.entries().stream().filter(entry -> over.at(entry.name()).isEmpty());
            return Optional.of(
                    new Mapping(
                            Stream.concat(over.entries().stream(), left).toList(),
                            over.line(),
                            over.column()));
        }
        return own.or(() -> inherited);
    }

    private Optional<Node> inherited(String path) {
        if (path.isEmpty()) {
            return Optional.empty();
        }
        Node node = root;
        for (String name : path.split("\\.", -1)) {
            Optional<Node> next =
                    node instanceof Mapping mapping ? mapping.at(name) : Optional.empty();
            if (next.isEmpty()) {
                return Optional.empty();
            }
            node = next.get();
        }
        return Optional.of(node);
    }

    private Optional<Object> absent(Setting setting, Mapping parent, String path) {
        if (setting.mandatory()) {
            problems.error(parent, "`" + path + "` is missing. " + setting.key().says());
            return Optional.empty();
        }
        return switch (setting.shape()) {
            case Shape.Single single ->
                    single(
                            single.type(),
                            setting.key(),
                            new Scalar(
                                    setting.key().fallback(),
                                    Kind.FALLBACK,
                                    parent.line(),
                                    parent.column()),
                            path);
            case Shape.Section section ->
                    section(
                            section.type(),
                            new Mapping(List.of(), parent.line(), parent.column()),
                            path);
            case Shape.OneOf choice ->
                    oneOf(choice, new Mapping(List.of(), parent.line(), parent.column()), path);
            case Shape.Listed _ -> Optional.of(List.of());
            case Shape.Named _ -> Optional.of(Map.of());
            case Shape.Maybe _ -> Optional.of(Optional.empty());
        };
    }

    private Optional<Object> value(Shape shape, Key key, Node node, String path) {
        if (node instanceof Scalar(String _, Kind kind, int _, int _) && kind == Kind.NOTHING) {
            problems.error(node, "`" + path + "` has no value. Write one, or leave the line out.");
            return Optional.empty();
        }
        return switch (shape) {
            case Shape.Single single ->
                    node instanceof Scalar
                            ? single(single.type(), key, node, path)
                            : misshapen(shape, key, node, path, expected(single.type(), key));
            case Shape.Section section ->
                    node instanceof Mapping mapping
                            ? section(section.type(), mapping, path)
                            : misshapen(shape, key, node, path, SETTINGS);
            case Shape.OneOf choice ->
                    node instanceof Mapping mapping
                            ? oneOf(choice, mapping, path)
                            : misshapen(shape, key, node, path, SETTINGS);
            case Shape.Listed listed ->
                    node instanceof Sequence sequence
                            ? list(listed.item(), key, sequence, path)
                            : misshapen(shape, key, node, path, "a list");
            case Shape.Named named ->
                    node instanceof Mapping mapping
                            ? map(named.value(), key, mapping, path)
                            : misshapen(shape, key, node, path, SETTINGS);
            case Shape.Maybe(Shape.Single(Class<?> type)) when type == Secret.class ->
                    secret(node, path);
            case Shape.Maybe maybe -> value(maybe.value(), key, node, path).map(Optional::of);
        };
    }

    private Optional<Object> list(Shape item, Key key, Sequence sequence, String path) {
        boolean sections = item instanceof Shape.Section || item instanceof Shape.OneOf;
        for (int i = 0; sections && i < sequence.items().size(); i++) {
            if (!(sequence.items().get(i) instanceof Mapping)) {
                // Once for the whole list: each of its items has the same mistake.
                Node first = sequence.items().get(i);
                return misshapen(new Shape.Listed(item), key, sequence, first, path, SETTINGS);
            }
        }
        if (!key.min().isEmpty() && sequence.items().size() < Integer.parseInt(key.min())) {
            problems.error(
                    sequence, "`" + path + "` is too short (expected: " + key.min() + " or more).");
            return Optional.empty();
        }
        var values = new ArrayList<Object>();
        for (int i = 0; i < sequence.items().size(); i++) {
            value(item, key, sequence.items().get(i), path + "[" + i + "]").ifPresent(values::add);
        }
        return values.size() == sequence.items().size()
                ? Optional.of(List.copyOf(values))
                : Optional.empty();
    }

    private Optional<Object> map(Shape shape, Key key, Mapping mapping, String path) {
        var values = new LinkedHashMap<String, Object>();
        for (Entry entry : mapping.entries()) {
            if (!entry.name().matches(key.names())) {
                problems.error(
                        entry.line(),
                        entry.column(),
                        "`"
                                + Quote.of(entry.name())
                                + "` cannot be a name in `"
                                + path
                                + "` (expected: "
                                + key.names()
                                + ").");
                continue;
            }
            value(shape, key, entry.value(), path + "." + Quote.of(entry.name()))
                    .ifPresent(value -> values.put(entry.name(), value));
        }
        return values.size() == mapping.entries().size()
                ? Optional.of(Collections.unmodifiableMap(values))
                : Optional.empty();
    }

    private Optional<Object> single(Class<?> type, Key key, Node node, String path) {
        String expected = expected(type, key);
        if (!(node instanceof Scalar scalar)) {
            return wrong(node, path, expected);
        }
        boolean text = scalar.kind() == Kind.TEXT || scalar.kind() == Kind.FALLBACK;
        if (type == String.class && !key.kind() && !text) {
            return wrong(node, path, expected + ", in quotes");
        }
        return switch (references.resolve(scalar.text())) {
            case Resolved.Malformed _ -> malformed(node, path);
            case Resolved.Unset(String name) -> {
                problems.unset(
                        node,
                        Severity.ERROR,
                        "`${"
                                + Quote.variable(name)
                                + "}` is not set. `"
                                + path
                                + "` needs it. Set "
                                + Quote.variable(name)
                                + ".");
                yield Optional.empty();
            }
            case Resolved.Text(String written, List<String> trimmed) -> {
                String resolved = trimmed(written, trimmed, node, path);
                Optional<?> value = read(type, key, resolved, scalar);
                String hint = value.isPresent() ? "" : nearest(type, key, resolved);
                yield value.isPresent()
                        ? value.map(Object.class::cast)
                        : wrong(
                                node,
                                path,
                                hint.isEmpty() ? shown(node) : "`" + scalar.text() + "`",
                                expected,
                                hint);
            }
        };
    }

    /// An unset variable is no error here: what needs the secret stays off, the others run.
    private Optional<Object> secret(Node node, String path) {
        if (!(node instanceof Scalar scalar) || scalar.kind() != Kind.TEXT) {
            problems.error(node, "`" + path + "` is not a text in quotes, such as \"${NAME}\".");
            return Optional.empty();
        }
        return switch (references.resolve(scalar.text())) {
            case Resolved.Malformed _ -> malformed(node, path);
            case Resolved.Unset(String name) -> {
                problems.unset(
                        node,
                        Severity.WARNING,
                        "`${"
                                + Quote.variable(name)
                                + "}` is not set. `"
                                + path.replaceFirst("\\.secret$", "")
                                + "` is off until you set it. The others run.");
                yield Optional.of(Optional.empty());
            }
            case Resolved.Text(String written, List<String> trimmed) -> {
                String text = trimmed(written, trimmed, node, path);
                if (text.isBlank()) {
                    problems.error(node, "`" + path + "` is empty. Write the credential.");
                    yield Optional.empty();
                }
                if (!scalar.text().contains("${") && LiteralSecret.is(text)) {
                    problems.warning(node, writtenOut(path));
                }
                yield Optional.of(Optional.of(Secret.of(text)));
            }
        };
    }

    /// A line break at the end is nobody's value: it comes from a file that was mounted, or from a block
    /// of lines.
    ///
    /// @param variables those that ended with one
    private String trimmed(String text, List<String> variables, Node node, String path) {
        for (String variable : variables) {
            problems.warning(
                    node,
                    "`${"
                            + Quote.variable(variable)
                            + "}` ends with a line break, which is left out of `"
                            + path
                            + "`.");
        }
        String whole = References.withoutLineBreaks(text);
        if (whole.length() < text.length()) {
            problems.warning(node, "`" + path + "` ends with a line break, which is left out.");
        }
        return whole;
    }

    /// Of a few words, the one that was probably meant.
    private String nearest(Class<?> type, Key key, String text) {
        List<String> words = Scalars.choice(type, key, kinds).orElse(List.of());
        return words.isEmpty()
                ? ""
                : OtherWords.meant(text, words)
                        .map(word -> " Did you mean `" + word + "`?")
                        .orElse("");
    }

    private static String writtenOut(String path) {
        String name = path.substring(path.lastIndexOf('.') + 1);
        return "`"
                + path
                + "` is a credential written into the file, for all who can read it. Write `"
                + name
                + ": \"${"
                + Rewritten.variable(path)
                + "}\"` and set that variable.";
    }

    private Optional<?> read(Class<?> type, Key key, String text, Scalar scalar) {
        Optional<List<String>> choice = Scalars.choice(type, key, kinds);
        if (choice.isPresent()) {
            int at = choice.get().indexOf(text);
            if (at < 0) {
                return Optional.empty();
            }
            return Optional.of(type.isEnum() ? type.getEnumConstants()[at] : text);
        }
        var written = Scalars.written(type);
        if (written.isPresent()) {
            return written.get().read().apply(text);
        }
        Scalars.Scalar known =
                Scalars.of(type)
                        .orElseThrow(() -> new IllegalStateException("no writing for " + type));
        boolean quoted =
                scalar.kind() == Kind.TEXT
                        && !known.json().equals("string")
                        && !scalar.text().contains("${");
        if (quoted) {
            return Optional.empty();
        }
        return known.read().apply(text).filter(value -> within(known, key, value));
    }

    private static boolean within(Scalars.Scalar known, Key key, Comparable<?> value) {
        return bound(known, key.min(), value, 0) >= 0 && bound(known, key.max(), value, 0) <= 0;
    }

    /// How `value` compares to a bound; `unbounded` where there is none.
    private static int bound(
            Scalars.Scalar known, String bound, Comparable<?> value, int unbounded) {
        if (bound.isEmpty()) {
            return unbounded;
        }
        Comparable<?> limit =
                known.read()
                        .apply(bound)
                        .orElseThrow(() -> new IllegalStateException("unreadable bound " + bound));
        // Both were read by the same function, so they are of one type.
        @SuppressWarnings("unchecked")
        var left = (Comparable<Object>) value;
        return left.compareTo(limit);
    }

    private String expected(Class<?> type, Key key) {
        Optional<List<String>> choice = Scalars.choice(type, key, kinds);
        if (choice.isPresent()) {
            return "one of " + String.join(", ", choice.get());
        }
        var written = Scalars.written(type);
        if (written.isPresent()) {
            return written.get().expected();
        }
        String words = Scalars.of(type).map(Scalars.Scalar::expected).orElse("a text");
        boolean listed = !key.min().isEmpty() && key.max().isEmpty();
        return key.min().isEmpty() || listed
                ? words
                : words + " from " + key.min() + " to " + key.max();
    }

    private Optional<Object> wrong(Node node, String path, String expected) {
        return wrong(node, path, shown(node), expected, "");
    }

    private Optional<Object> wrong(
            Node node, String path, String value, String expected, String hint) {
        problems.error(node, "`" + path + "`: " + value + " (expected: " + expected + ")." + hint);
        return Optional.empty();
    }

    private static String shown(Node node) {
        return switch (node) {
            case Scalar scalar -> shown(scalar);
            case Sequence _ -> "a list";
            case Mapping _ -> "settings";
        };
    }

    /// A value of a wrong type may be anything that was pasted to the wrong place, a credential too: only
    /// numbers and the like are repeated.
    private static String shown(Scalar scalar) {
        String text = scalar.text();
        boolean harmless =
                text.length() <= 20
                        && (scalar.kind() == Kind.TRUTH
                                || (text.matches("[^A-Za-z]*[0-9.]+ ?([A-Za-z]{1,3}|%| calls)?")
                                        && Quote.isPlain(text)));
        return harmless ? "`" + text + "`" : "a text of " + Quote.size(text);
    }

    /// A value, a list or settings stand where one of the others should.
    private Optional<Object> misshapen(
            Shape shape, Key key, Node node, String path, String expected) {
        return misshapen(shape, key, node, node, path, expected);
    }

    /// @param blamed the part of `node` that is named
    private Optional<Object> misshapen(
            Shape shape, Key key, Node node, Node blamed, String path, String expected) {
        String name = path.substring(path.lastIndexOf('.') + 1);
        String hint =
                new Rewritten(kinds, path)
                        .value(shape, key, node)
                        .filter(line -> line.length() <= LINE_MOST)
                        .map(value ->
                                path.endsWith("]")
                                        ? " Write `" + value + "`."
                                        : " Write `" + name + ": " + value + "`.")
                        .orElse("");
        return wrong(blamed, path, shown(blamed), expected, hint);
    }

    private Optional<Object> malformed(Node node, String path) {
        problems.error(
                node,
                "`"
                        + path
                        + "` holds a `${` that names no variable. Write `${NAME}`, or `$${` for"
                        + " the characters themselves.");
        return Optional.empty();
    }

    private static Object instance(Class<?> type, List<Object> values) {
        try {
            return type.getDeclaredConstructors()[0].newInstance(values.toArray());
        } catch (InstantiationException | IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("the binder let wrong values through to " + type, e);
        }
    }
}
