package dev.switchgear.walls;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Where tests find exchanges with providers to replay: real recordings beside the repository, where
/// somebody has them, and always the few that are made for these tests, which lie in the repository in
/// the same form. Each folder has an `index.json` and a folder a provider.
public final class RecordedFolders {
    private static final Path ROOT = root();
    private static final Path REAL = ROOT.resolve("../shared/reference/llm/recorded");
    private static final Path MADE = ROOT.resolve("walls/synthetic");

    private RecordedFolders() {}

    /// The root of the repository, from wherever a test runs.
    private static Path root() {
        Path root = Path.of(System.getProperty("switchgear.root", "."));
        return Files.isDirectory(root.resolve("walls")) ? root : root.resolve("..");
    }

    /// Whether there are real ones; some tests ask for a particular one of them.
    public static boolean areReal() {
        return Files.exists(REAL.resolve("index.json"));
    }

    /// How many of a kind there must be, or more, for a test to have looked at what it is about.
    ///
    /// @param real of the real ones, where they are there
    /// @param made of the made ones
    public static int count(int real, int made) {
        return (areReal() ? real : 0) + made;
    }

    /// The lists of all that can be replayed, one a folder; each is an array in JSON.
    public static List<Path> indexes() {
        return folders("").stream().map(folder -> folder.resolve("index.json")).toList();
    }

    /// The file that a list names; where there is none, its place among the made ones.
    ///
    /// @param path within its folder
    public static Path file(String path) {
        Path real = REAL.resolve(path);
        return Files.exists(real) ? real : MADE.resolve(path);
    }

    /// All files of one provider whose names begin and end so, by name.
    public static List<Path> files(String provider, String begin, String end) {
        return folders(provider).stream()
                .flatMap(folder -> files(folder, begin, end).stream())
                .toList();
    }

    private static List<Path> files(Path folder, String begin, String end) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> name(file).startsWith(begin) && name(file).endsWith(end))
                    .sorted()
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    /// Those that exist, the real ones first.
    private static List<Path> folders(String provider) {
        return Stream.of(REAL, MADE)
                .map(folder -> folder.resolve(provider))
                .filter(Files::isDirectory)
                .toList();
    }
}
