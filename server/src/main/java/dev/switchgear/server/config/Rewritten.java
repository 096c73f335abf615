package dev.switchgear.server.config;

import dev.switchgear.core.vault.Secret;
import dev.switchgear.identity.KeyHash;
import dev.switchgear.providers.Kinds;
import dev.switchgear.server.config.Node.Entry;
import dev.switchgear.server.config.Node.Kind;
import dev.switchgear.server.config.Node.Mapping;
import dev.switchgear.server.config.Node.Scalar;
import dev.switchgear.server.config.Node.Sequence;
import dev.switchgear.server.config.Settings.Setting;
import dev.switchgear.server.config.Settings.Shape;
import dev.switchgear.server.names.Quote;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// How something that was written as other programs have it is written here, as far as that can be
/// told: a value where its section stands, one thing where a list stands, another name. Pure.
///
/// What it says can be taken over as it stands. A credential is never repeated: the variable that it
/// should come from stands in its place.
final class Rewritten {
    /// Longer than that, the line helps nobody.
    private static final int LONGEST = 240;

    private static final int TEXT_LONGEST = 120;

    private static final String NAME = "name";

    private final Kinds kinds;
    private final String variable;

    /// @param path of the setting: a provider's credential is named after its id
    Rewritten(Kinds kinds, String path) {
        this.kinds = kinds;
        this.variable = variable(path);
    }

    /// The variable that a credential at that path would usually come from.
    static String variable(String path) {
        String[] steps = path.split("[.\\[]", -1);
        boolean plain = Stream.of(steps).noneMatch(step -> step.startsWith("("));
        if (plain && steps.length > 1 && steps[0].equals("providers")) {
            return upper(steps[1]) + "_API_KEY";
        }
        return path.isEmpty() ? "NAME" : "SWITCHGEAR_" + upper(steps[steps.length - 1]);
    }

    private static String upper(String text) {
        return text.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }

    /// The setting that somebody means by `name`: written in another manner, or as others call it.
    static Optional<Setting> meant(String name, List<Setting> settings) {
        String wanted = squashed(name);
        return settings.stream()
                .filter(setting -> squashed(setting.name()).equals(wanted))
                .findFirst()
                .or(() ->
                        settings.stream()
                                .filter(setting ->
                                        Stream.of(setting.key().also())
                                                .anyMatch(other -> squashed(other).equals(wanted)))
                                .findFirst());
    }

    private static String squashed(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[-_ .]", "");
    }

    /// `base-url: https://api.example.com/v1`; empty where the value cannot be carried over.
    Optional<String> line(Setting setting, Node node) {
        return value(setting.shape(), setting.key(), node)
                .map(value -> setting.name() + ": " + value)
                .filter(line -> line.length() <= LONGEST);
    }

    /// The value alone.
    Optional<String> value(Shape shape, Key key, Node node) {
        return switch (shape) {
            case Shape.Single single -> single(single.type(), key, node);
            case Shape.Section section ->
                    section(section.type(), Settings.of(section.type()), node);
            case Shape.OneOf choice -> section(choice.usual(), Settings.of(choice.usual()), node);
            case Shape.Listed listed -> list(listed.item(), key, node);
            case Shape.Named named -> named(named.value(), key, node);
            case Shape.Maybe maybe -> value(maybe.value(), key, node);
        };
    }

    private Optional<String> single(Class<?> type, Key key, Node node) {
        return switch (node) {
            case Scalar scalar -> scalar(type, key, scalar);
            case Sequence sequence ->
                    sequence.items().size() == 1
                            ? single(type, key, sequence.items().getFirst())
                            : Optional.empty();
            case Mapping _ -> Optional.empty();
        };
    }

    private Optional<String> scalar(Class<?> type, Key key, Scalar scalar) {
        String text = scalar.text();
        if (type == Secret.class) {
            return reference(text).or(() -> Optional.of("\"${" + variable + "}\""));
        }
        boolean showable =
                scalar.kind() != Kind.NOTHING
                        && text.length() <= TEXT_LONGEST
                        && text.chars().noneMatch(Character::isISOControl)
                        && (isPlainAddress(text)
                                || Quote.isPlain(text)
                                || text.matches(References.PATTERN));
        if (!showable) {
            return Optional.empty();
        }
        if (text.matches(References.PATTERN)) {
            return reference(text);
        }
        Optional<List<String>> choice = Scalars.choice(type, key, kinds);
        if (choice.isPresent()) {
            return choice.get().contains(text) ? Optional.of(text) : Optional.empty();
        }
        Optional<Scalars.Written> written = Scalars.written(type);
        if (written.isPresent()) {
            return written.get().read().apply(text).map(_ -> quoted(text));
        }
        return Scalars.of(type)
                .flatMap(known ->
                        known.read()
                                .apply(text)
                                .map(_ ->
                                        known.json().equals("string") && type != KeyHash.class
                                                ? quoted(text)
                                                : type == KeyHash.class
                                                        ? "\"" + text + "\""
                                                        : text));
    }

    /// A reference as it stands, unless what it names may be a credential itself.
    private static Optional<String> reference(String text) {
        return Optional.of(text)
                .filter(one -> one.matches(References.PATTERN))
                .map(one -> one.substring(2, one.length() - 1))
                .filter(name -> Quote.variable(name).equals(name))
                .map(name -> "\"${" + name + "}\"");
    }

    private static boolean isPlainAddress(String text) {
        return text.matches("https?://[A-Za-z0-9._:/\\[\\]-]+")
                && Stream.of(text.split("[/:]+", -1))
                        .skip(1)
                        .allMatch(part -> part.isEmpty() || Quote.isPlain(part));
    }

    private Optional<String> section(Class<?> type, List<Setting> settings, Node node) {
        return switch (node) {
            case Scalar scalar -> lone(type, settings, scalar);
            case Sequence sequence ->
                    sequence.items().size() == 1
                            ? section(type, settings, sequence.items().getFirst())
                            : together(sequence).flatMap(whole -> entries(settings, whole));
            case Mapping mapping -> entries(settings, mapping);
        };
    }

    private Optional<String> lone(Class<?> type, List<Setting> settings, Scalar scalar) {
        int slash = scalar.text().indexOf('/');
        if (type == Config.Target.class && slash > 0 && slash < scalar.text().length() - 1) {
            return Optional.of(scalar.text())
                    .filter(Quote::isPlain)
                    .map(text ->
                            "{ provider: "
                                    + quoted(text.substring(0, slash))
                                    + ", model: "
                                    + quoted(text.substring(slash + 1))
                                    + " }");
        }
        return settings.stream()
                .filter(setting -> setting.key().lone())
                .findFirst()
                .flatMap(setting -> line(setting, scalar))
                .map(line -> "{ " + line + " }");
    }

    private Optional<String> entries(List<Setting> settings, Mapping mapping) {
        var lines = new ArrayList<String>();
        for (Entry entry : mapping.entries()) {
            meant(entry.name(), settings)
                    .flatMap(setting -> line(setting, entry.value()))
                    .ifPresent(lines::add);
        }
        return lines.size() == mapping.entries().size() && !lines.isEmpty()
                ? Optional.of("{ " + String.join(", ", lines) + " }")
                : Optional.empty();
    }

    private Optional<String> list(Shape item, Key key, Node node) {
        List<Node> items =
                switch (node) {
                    case Scalar scalar -> List.of(scalar);
                    case Sequence sequence -> numbered(item, sequence.items());
                    case Mapping mapping -> items(item, mapping);
                };
        List<String> values =
                items.stream().flatMap(one -> value(item, key, one).stream()).toList();
        return values.size() == items.size() && !values.isEmpty()
                ? Optional.of("[" + String.join(", ", values) + "]")
                : Optional.empty();
    }

    private static List<Setting> settings(Shape shape) {
        return switch (shape) {
            case Shape.Section section -> Settings.of(section.type());
            case Shape.OneOf choice -> Settings.of(choice.usual());
            case Shape.Single _, Shape.Listed _, Shape.Named _, Shape.Maybe _ -> List.of();
        };
    }

    /// Several values of which each is told from the others by a name that has a usual one get names.
    private static List<Node> numbered(Shape item, List<Node> items) {
        boolean usualName =
                settings(item).stream()
                        .anyMatch(setting ->
                                setting.name().equals(NAME) && !setting.key().fallback().isEmpty());
        if (!usualName || items.size() < 2 || !items.stream().allMatch(Scalar.class::isInstance)) {
            return items;
        }
        var numbered = new ArrayList<Node>();
        for (Node value : items) {
            var name = "key-" + (numbered.size() + 1);
            var entry = new Entry(name, value, value.line(), value.column());
            numbered.addAll(items(item, new Mapping(List.of(entry), value.line(), value.column())));
        }
        return numbered;
    }

    /// A mapping where a list stands is its one item, or names its items.
    private static List<Node> items(Shape item, Mapping mapping) {
        List<Setting> settings = settings(item);
        boolean itself =
                mapping.entries().stream()
                        .allMatch(entry -> meant(entry.name(), settings).isPresent());
        boolean named = settings.stream().anyMatch(setting -> setting.name().equals(NAME));
        if (itself || !named) {
            return List.of(mapping);
        }
        var items = new ArrayList<Node>();
        for (Entry entry : mapping.entries()) {
            var name =
                    new Entry(
                            NAME,
                            new Scalar(entry.name(), Kind.TEXT, entry.line(), entry.column()),
                            entry.line(),
                            entry.column());
            Stream<Entry> rest =
                    entry.value() instanceof Mapping inner
                            ? inner.entries().stream()
                            : settings.stream()
                                    .filter(setting ->
                                            setting.key().lone() && !setting.name().equals(NAME))
                                    .map(setting ->
                                            new Entry(
                                                    setting.name(),
                                                    entry.value(),
                                                    entry.line(),
                                                    entry.column()));
            items.add(
                    new Mapping(
                            Stream.concat(Stream.of(name), rest).toList(),
                            entry.line(),
                            entry.column()));
        }
        return items;
    }

    private Optional<String> named(Shape shape, Key key, Node node) {
        Optional<Mapping> whole =
                switch (node) {
                    case Scalar _ -> Optional.empty();
                    case Sequence sequence -> together(sequence);
                    case Mapping mapping -> Optional.of(mapping);
                };
        if (whole.isEmpty()) {
            return Optional.empty();
        }
        var lines = new ArrayList<String>();
        for (Entry entry : whole.get().entries()) {
            boolean nameable = entry.name().matches(key.names()) && Quote.isPlain(entry.name());
            value(shape, key, entry.value())
                    .filter(_ -> nameable)
                    .ifPresent(value -> lines.add(quoted(entry.name()) + ": " + value));
        }
        return lines.size() == whole.get().entries().size() && !lines.isEmpty()
                ? Optional.of("{ " + String.join(", ", lines) + " }")
                : Optional.empty();
    }

    /// A list of settings as the settings themselves: items that bear a name are put under it, and
    /// those of one setting each are put side by side. Empty where it is neither.
    private static Optional<Mapping> together(Sequence sequence) {
        var entries = new ArrayList<Entry>();
        for (Node item : sequence.items()) {
            if (!(item instanceof Mapping mapping)) {
                return Optional.empty();
            }
            Optional<Entry> name =
                    mapping.entries().stream()
                            .filter(entry -> List.of(NAME, "id").contains(entry.name()))
                            .findFirst();
            if (name.isPresent() && name.get().value() instanceof Scalar scalar) {
                List<Entry> rest =
                        mapping.entries().stream()
                                .filter(entry -> !entry.equals(name.get()))
                                .toList();
                entries.add(
                        new Entry(
                                scalar.text(),
                                new Mapping(rest, mapping.line(), mapping.column()),
                                mapping.line(),
                                mapping.column()));
            } else if (mapping.entries().size() == 1) {
                entries.add(mapping.entries().getFirst());
            } else {
                return Optional.empty();
            }
        }
        long different = entries.stream().map(Entry::name).distinct().count();
        return different == entries.size()
                ? Optional.of(new Mapping(entries, sequence.line(), sequence.column()))
                : Optional.empty();
    }

    /// In quotes, unless it means the same without.
    private static String quoted(String text) {
        boolean plain =
                text.matches(
                                "[A-Za-z][A-Za-z0-9._/-]*|https?://[A-Za-z0-9._/:-]*[A-Za-z0-9/]|[0-9.]+(ms|s|m|h|d|%|B|KiB|MiB|GiB)")
                        && !text.toLowerCase(Locale.ROOT)
                                .matches("true|false|yes|no|on|off|null|y|n");
        return plain ? text : "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
