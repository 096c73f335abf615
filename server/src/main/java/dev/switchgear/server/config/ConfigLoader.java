package dev.switchgear.server.config;

import dev.switchgear.families.llm.model.Catalogue;
import dev.switchgear.providers.Kinds;
import dev.switchgear.server.config.ConfigProblem.Severity;
import dev.switchgear.server.config.Node.Mapping;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Reads a configuration and says everything that is wrong with it at once. Stateless.
public final class ConfigLoader {
    /// 100,000 clients with limits of their own are some 20 MiB.
    static final int BYTES_MAX = 64 * 1024 * 1024;

    private ConfigLoader() {}

    /// @param environment what `${NAME}` refers to
    public static Loaded load(Path path, Map<String, String> environment) {
        return load(path, Kinds.ours(), environment);
    }

    /// @param kinds the kinds of provider that may be named
    /// @param environment what `${NAME}` refers to
    public static Loaded load(Path path, Kinds kinds, Map<String, String> environment) {
        String file = String.valueOf(path.getFileName());
        byte[] bytes;
        try (var in = Files.newInputStream(path)) {
            bytes = in.readNBytes(BYTES_MAX + 1);
        } catch (NoSuchFileException absent) {
            return unusable(
                    file, "There is no such file at " + path + ". Name one with `--config`.");
        } catch (IOException unreadable) {
            return unusable(
                    file,
                    "The file cannot be read: " + unreadable.getMessage() + ". Check its rights.");
        }
        if (bytes.length > BYTES_MAX) {
            return unusable(file, "The file is larger than 64 MiB. That is no configuration.");
        }
        try {
            var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return withPrices(
                    path, text.toString(), parse(file, text.toString(), kinds, environment));
        } catch (CharacterCodingException notText) {
            return unusable(file, "The file is not UTF-8 text. Save it as UTF-8.");
        }
    }

    /// @param file the name that problems show
    public static Loaded parse(String file, String text, Map<String, String> environment) {
        return parse(file, text, Kinds.ours(), environment);
    }

    /// @param file the name that problems show
    /// @param kinds the kinds of provider that may be named
    public static Loaded parse(
            String file, String text, Kinds kinds, Map<String, String> environment) {
        var problems = new ConfigProblems(file);
        try {
            Mapping tree = YamlTree.read(file, text);
            Optional<Config> config = new Binder(tree, kinds, environment, problems).config();
            config.ifPresent(bound -> new Checks(bound, tree, kinds, problems).run());
            config.filter(_ -> !problems.errors())
                    .ifPresent(usable -> new Doubts(usable, tree, problems).run());
            return new Loaded(
                    problems.errors() ? Optional.empty() : config,
                    problems.list(),
                    tree.entries().isEmpty());
        } catch (YamlTree.Unreadable unreadable) {
            return new Loaded(Optional.empty(), List.of(unreadable.problem()));
        }
    }

    /// Paths in the file are relative to its folder, and the file they lead to must be usable too.
    private static Loaded withPrices(Path path, String text, Loaded loaded) {
        if (loaded.config().isEmpty()) {
            return loaded;
        }
        Config config = loaded.config().get().beside(path);
        boolean doubtful = PriceDoubts.needed(config);
        if (config.prices().file().isEmpty() && !doubtful) {
            // What is built in takes a while to read, and is not asked for here.
            return new Loaded(Optional.of(config), loaded.problems(), loaded.blank());
        }
        PriceFile.Read read = PriceFile.read(config.prices());
        if (read.problem().isPresent()) {
            return new Loaded(
                    Optional.empty(),
                    Stream.concat(loaded.problems().stream(), read.problem().stream()).toList());
        }
        List<ConfigProblem> doubts =
                doubtful ? doubts(path, text, config, read.catalogue()) : List.of();
        return new Loaded(
                Optional.of(config),
                Stream.concat(loaded.problems().stream(), doubts.stream()).toList(),
                loaded.blank());
    }

    private static List<ConfigProblem> doubts(
            Path path, String text, Config config, Catalogue catalogue) {
        String file = String.valueOf(path.getFileName());
        var problems = new ConfigProblems(file);
        try {
            new PriceDoubts(config, YamlTree.read(file, text), catalogue, problems).run();
        } catch (YamlTree.Unreadable changed) {
            throw new IllegalStateException("a text was read before", changed);
        }
        return problems.list();
    }

    private static Loaded unusable(String file, String message) {
        return new Loaded(
                Optional.empty(),
                List.of(
                        new ConfigProblem(
                                ConfigProblem.SETTING, Severity.ERROR, file, 0, 0, message)));
    }
}
