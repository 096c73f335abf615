package dev.switchgear.server;

import dev.switchgear.core.vault.Secret;
import dev.switchgear.identity.ClientKey;
import dev.switchgear.server.config.Config;
import dev.switchgear.server.config.ConfigLoader;
import dev.switchgear.server.config.ConfigProblem.Severity;
import dev.switchgear.server.config.Loaded;
import dev.switchgear.server.identity.Pepper;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Keys of clients.
@Command(
        name = "key",
        description = "Makes keys for clients.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  switchgear key new --name ci-bot"},
        subcommands = KeyCommand.New.class)
final class KeyCommand implements Runnable {
    @Spec private CommandSpec spec;

    KeyCommand() {
        this.spec = CommandSpec.create();
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Name what to do: `new`.");
    }

    /// Makes one and shows it once.
    @Command(
            name = "new",
            description = "Makes a key and shows it once, with the line for the configuration.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example:", "  switchgear key new --name ci-bot"})
    static final class New implements Callable<Integer> {
        @Option(
                names = "--name",
                required = true,
                paramLabel = "NAME",
                description = "The client's name, for example ci-bot (needed).")
        private String name = "";

        @Option(
                names = "--config",
                paramLabel = "FILE",
                defaultValue = "switchgear.yaml",
                description = "The configuration (default: ${DEFAULT-VALUE}).")
        private Path config = Path.of("switchgear.yaml");

        @Option(
                names = "--data",
                paramLabel = "FOLDER",
                defaultValue = "data",
                description = "The data folder (default: ${DEFAULT-VALUE}).")
        private Path data = Path.of("data");

        @Spec private CommandSpec spec;

        New() {
            this.spec = CommandSpec.create();
        }

        @Override
        public Integer call() throws IOException {
            PrintWriter err = spec.commandLine().getErr();
            if (!name.matches("[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")) {
                throw new ParameterException(
                        spec.commandLine(),
                        "`--name` takes 1 to 64 letters, digits and `._@-`, beginning with a letter or"
                                + " digit.");
            }
            // With no file yet, its defaults count: the pepper is then the data folder's.
            Loaded loaded =
                    Files.exists(config)
                            ? ConfigLoader.load(config, System.getenv())
                            : ConfigLoader.parse(config.toString(), "", System.getenv());
            if (loaded.config().isEmpty()) {
                loaded.problems().stream()
                        .filter(problem -> problem.severity() == Severity.ERROR)
                        .forEach(problem -> err.println(problem.text()));
                return Exit.CONFIGURATION.code();
            }
            Config good = loaded.config().get();
            Secret pepper = Pepper.of(good, data);
            var key = ClientKey.generate(new SecureRandom());
            PrintWriter out = spec.commandLine().getOut();
            out.println(key.reveal());
            err.println("This key is shown once and kept nowhere. Add under `clients`:");
            err.printf("  - { name: \"%s\", key-hash: \"%s\" }%n", name, key.stored(pepper).text());
            return Exit.DONE.code();
        }
    }
}
