package dev.switchgear.server;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The command line. Each command is a class of its own; add one here to add it to the program.
@Command(
        name = "switchgear",
        description =
                "One gateway for every provider account, which keeps working when any of them fails.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  switchgear demo                      shows it, with providers of its own",
            "  switchgear check --config my.yaml    says what is wrong with a configuration",
            "  switchgear serve --config my.yaml    runs it",
            "  switchgear COMMAND --help            says more of a command"
        },
        versionProvider = VersionCommand.class,
        subcommands = {
            ServeCommand.class,
            DemoCommand.class,
            CheckCommand.class,
            SimulateCommand.class,
            KeyCommand.class,
            PricesCommand.class,
            ImportCommand.class,
            VersionCommand.class,
            CommandLine.HelpCommand.class
        })
public final class Main implements Runnable {
    @Spec private CommandSpec spec;

    /// For picocli, which fills in [#spec].
    Main() {
        this.spec = CommandSpec.create();
    }

    /// Ends with one of [Exit]'s codes.
    public static void main(String[] arguments) {
        System.exit(line().execute(arguments));
    }

    static CommandLine line() {
        var line = new CommandLine(new Main());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setParameterExceptionHandler((mistake, _) -> {
            PrintWriter err = mistake.getCommandLine().getErr();
            err.println(WrongCall.words(mistake));
            err.println(
                    "Run `"
                            + mistake.getCommandLine().getCommandSpec().qualifiedName()
                            + " --help` to see what it takes.");
            return Exit.USAGE.code();
        });
        line.setExecutionExceptionHandler((failure, failed, _) -> {
            // A failure that no command foresaw is ours; its trace is what a report needs.
            failed.getErr().println("Switchgear failed: " + failure + ". This is a defect.");
            failure.printStackTrace(failed.getErr());
            return Exit.FAILED.code();
        });
        return line;
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "Name a command: " + String.join(", ", spec.subcommands().keySet()) + ".");
    }
}
