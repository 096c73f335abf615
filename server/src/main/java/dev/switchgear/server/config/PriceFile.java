package dev.switchgear.server.config;

import dev.switchgear.families.llm.model.Catalogue;
import dev.switchgear.families.llm.model.InvalidCatalogue;
import dev.switchgear.server.config.ConfigProblem.Severity;
import dev.switchgear.server.names.Nearest;
import dev.switchgear.server.names.Quote;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/// The file that overrides what is built in of models and their prices.
public final class PriceFile {
    /// What came of reading it.
    ///
    /// @param catalogue what is built in where the file cannot be used, or none is named
    /// @param problem why it cannot be used
    public record Read(Catalogue catalogue, Optional<ConfigProblem> problem) {}

    private PriceFile() {}

    /// The catalogue that a configuration asks for. Reads the file anew each time.
    public static Read read(Config.Prices prices) {
        if (prices.file().isEmpty()) {
            return new Read(Catalogue.builtIn(), Optional.empty());
        }
        Path path = Path.of(prices.file().get());
        String name = String.valueOf(path.getFileName());
        // As everywhere in a configuration: what may be a credential is not repeated.
        String file = Quote.isPlain(name) ? name : "prices.file";
        try {
            Catalogue own = Catalogue.load(path);
            return new Read(Catalogue.builtIn().overriddenBy(own), Optional.empty());
        } catch (InvalidCatalogue broken) {
            String hint =
                    broken.unknown()
                            .map(unknown -> " " + Nearest.hint(unknown.name(), unknown.known()))
                            .orElse("");
            return unusable(file, broken.line(), broken.column(), broken.what() + hint);
        } catch (NoSuchFileException absent) {
            return unusable(file, 0, 0, "There is no such file (`prices.file`).");
        } catch (IOException | InvalidPathException unreadable) {
            return unusable(
                    file, 0, 0, "The file cannot be read (`prices.file`). Check its rights.");
        }
    }

    private static Read unusable(String file, int line, int column, String message) {
        return new Read(
                Catalogue.builtIn(),
                Optional.of(
                        new ConfigProblem(
                                ConfigProblem.SETTING,
                                Severity.ERROR,
                                file,
                                line,
                                column,
                                message)));
    }
}
