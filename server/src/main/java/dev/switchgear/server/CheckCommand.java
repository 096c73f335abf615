package dev.switchgear.server;

import dev.switchgear.server.config.Config;
import dev.switchgear.server.config.ConfigLoader;
import dev.switchgear.server.config.ConfigProblem;
import dev.switchgear.server.config.Loaded;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Reads a configuration and says what is wrong with it, without starting anything.
@Command(
        name = "check",
        description = "Checks a configuration. Exit 0: it can be used. 3: it has problems.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  switchgear check --config switchgear.yaml"})
final class CheckCommand implements Callable<Integer> {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            defaultValue = "switchgear.yaml",
            description = "The configuration (default: ${DEFAULT-VALUE}).")
    private Path config = Path.of("switchgear.yaml");

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    @Spec private CommandSpec spec;

    CheckCommand() {
        this.spec = CommandSpec.create();
    }

    @Override
    public Integer call() {
        Loaded loaded = ConfigLoader.load(config, System.getenv());
        PrintWriter err = spec.commandLine().getErr();
        loaded.problems().forEach(problem -> err.println(problem.text()));
        if (json) {
            spec.commandLine().getOut().println(json(loaded));
        }
        loaded.config().ifPresentOrElse(good -> summary(good, err), () -> err.println(refusal()));
        if (!loaded.atNextStart().isEmpty()) {
            err.println(
                    "A running gateway takes this up at its next start only: "
                            + String.join(", ", loaded.atNextStart())
                            + ".");
        }
        return loaded.config().isPresent() ? Exit.DONE.code() : Exit.PROBLEM_FOUND.code();
    }

    private void summary(Config good, PrintWriter err) {
        long on = good.providers().values().stream().filter(Config.Provider::on).count();
        err.printf(
                "%s can be used: %d of %d providers on, %d routes, %d clients.%n",
                config.getFileName(),
                on,
                good.providers().size(),
                good.routes().size(),
                good.clients().size());
    }

    private String refusal() {
        return config.getFileName() + " cannot be used as it is. Nothing was changed.";
    }

    private static String json(Loaded loaded) {
        var mapper = JsonMapper.shared();
        ObjectNode result = mapper.createObjectNode();
        result.put("usable", loaded.config().isPresent());
        var later = result.putArray("atNextStart");
        loaded.atNextStart().forEach(later::add);
        var problems = result.putArray("problems");
        for (ConfigProblem problem : loaded.problems()) {
            problems.addObject()
                    .put("code", problem.code())
                    .put("severity", problem.severity().name().toLowerCase(java.util.Locale.ROOT))
                    .put("file", problem.file())
                    .put("line", problem.line())
                    .put("column", problem.column())
                    .put("message", problem.message());
        }
        return mapper.writeValueAsString(result);
    }
}
