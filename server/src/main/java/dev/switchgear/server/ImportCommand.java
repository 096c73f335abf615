package dev.switchgear.server;

import dev.switchgear.importer.BifrostReader;
import dev.switchgear.importer.Imported;
import dev.switchgear.importer.LiteLlmReader;
import dev.switchgear.importer.Unusable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Makes a configuration of another gateway's.
@Command(
        name = "import",
        description = "Makes switchgear.yaml of another gateway's configuration.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  switchgear import litellm config.yaml --out switchgear.yaml"},
        subcommands = {ImportCommand.OfLiteLlm.class, ImportCommand.OfBifrost.class})
final class ImportCommand implements Runnable {
    @Spec private CommandSpec spec;

    ImportCommand() {
        this.spec = CommandSpec.create();
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "Name the gateway it comes from: `litellm` or `bifrost`.");
    }

    /// What both take, and what is done with the result.
    abstract static class From implements Callable<Integer> {
        @Parameters(paramLabel = "FILE", description = "The other gateway's configuration.")
        private Path file = Path.of("");

        @Option(
                names = "--out",
                paramLabel = "FILE",
                description = "Where to write (default: standard output).")
        private String out = "";

        @Option(names = "--force", description = "Overwrite the file of --out.")
        private boolean force;

        @Option(
                names = "--json",
                description =
                        "Print the report as JSON to standard output, with the configuration.")
        private boolean json;

        @Spec private CommandSpec spec;

        From() {
            this.spec = CommandSpec.create();
        }

        abstract Imported read(Path path) throws Unusable;

        @Override
        public Integer call() {
            PrintWriter err = spec.commandLine().getErr();
            if (!out.isEmpty() && !force && Files.exists(Path.of(out))) {
                return there(err);
            }
            Imported imported;
            try {
                imported = read(file);
            } catch (Unusable unusable) {
                err.println(unusable.words());
                return Exit.CONFIGURATION.code();
            }
            if (!out.isEmpty()) {
                try {
                    Files.writeString(Path.of(out), imported.yaml(), opening());
                } catch (FileAlreadyExistsException there) {
                    return there(err);
                } catch (IOException unwritable) {
                    err.println(out + " cannot be written: " + unwritable.getMessage() + ".");
                    return Exit.FAILED.code();
                }
            }
            show(imported);
            return Exit.DONE.code();
        }

        private OpenOption[] opening() {
            return force
                    ? new OpenOption[] {
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE
                    }
                    : new OpenOption[] {StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE};
        }

        private int there(PrintWriter err) {
            err.println(out + " exists. Name another, or add --force to overwrite it.");
            return Exit.FAILED.code();
        }

        private void show(Imported imported) {
            PrintWriter standard = spec.commandLine().getOut();
            PrintWriter err = spec.commandLine().getErr();
            if (json) {
                standard.println(imported.report().json(imported.yaml()));
            } else if (out.isEmpty()) {
                standard.print(imported.yaml());
            }
            standard.flush();
            imported.report().print(err::println);
            if (!out.isEmpty()) {
                err.println(
                        "Written to "
                                + out
                                + ". `switchgear check --config "
                                + out
                                + "` tests it.");
            }
        }
    }

    /// From LiteLLM.
    @Command(
            name = "litellm",
            description = "Reads LiteLLM's config.yaml. Says on standard error what became of it.",
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "Example:",
                "  switchgear import litellm config.yaml --out switchgear.yaml"
            })
    static final class OfLiteLlm extends From {
        @Override
        Imported read(Path path) throws Unusable {
            return LiteLlmReader.read(path);
        }
    }

    /// From Bifrost.
    @Command(
            name = "bifrost",
            description = "Reads Bifrost's config.json. Says on standard error what became of it.",
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "Example:",
                "  switchgear import bifrost config.json --out switchgear.yaml"
            })
    static final class OfBifrost extends From {
        @Override
        Imported read(Path path) throws Unusable {
            return BifrostReader.read(path);
        }
    }
}
