package dev.switchgear.importer;

import dev.switchgear.importer.ImportPart.Fields;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The configurations of other gateways that the tests import.
record Sample(Path path, ImportSource.Format format) {
    static final Path FOLDER =
            Path.of(System.getProperty("switchgear.root"), "importer/src/test/resources/import");

    static List<Sample> all() {
        return Stream.of(ImportSource.Format.values()).flatMap(Sample::of).toList();
    }

    private static Stream<Sample> of(ImportSource.Format format) {
        Path folder = FOLDER.resolve(format == ImportSource.Format.YAML ? "litellm" : "bifrost");
        String end = format == ImportSource.Format.YAML ? ".yaml" : ".json";
        try (Stream<Path> files = Files.list(folder)) {
            return files
                    .filter(file -> file.toString().endsWith(end))
                    .filter(file -> !file.toString().endsWith(".golden.yaml"))
                    .sorted()
                    .map(file -> new Sample(file, format))
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String name() {
        return String.valueOf(path.getFileName());
    }

    String text() {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Fields source() throws Unusable {
        return ImportSource.read(path, format);
    }

    Imported imported(Fields source) throws Unusable {
        return switch (format) {
            case YAML -> LiteLlmReader.of(name(), source);
            case JSON -> BifrostReader.of(name(), source);
        };
    }

    Imported imported() throws Unusable {
        return imported(source());
    }

    @Override
    public String toString() {
        return name();
    }
}
