package dev.switchgear.server;

import dev.switchgear.simulator.Simulator;
import dev.switchgear.simulator.fields.InvalidSettingsException;
import dev.switchgear.simulator.provider.SimulatedProvider;
import dev.switchgear.simulator.settings.SettingsReader;
import dev.switchgear.simulator.settings.SimulatorSettings;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Runs the simulated providers alone.
@Command(
        name = "simulate",
        description = "Runs simulated providers, whose faults are set over HTTP.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  switchgear simulate --port 19000"})
final class SimulateCommand implements Callable<Integer> {
    @Option(
            names = "--port",
            paramLabel = "PORT",
            description =
                    "Where to listen, on 127.0.0.1; 0 for any free port (default: what the file says,"
                            + " or 19000).")
    private int port = -1;

    @Option(
            names = "--seed",
            paramLabel = "NUMBER",
            description = "What all chance follows from (default: what the file says, or 1).")
    private Optional<Long> seed = Optional.empty();

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description =
                    "Providers and faults (default: openai, alpha, beta, gamma, claude, google and home,"
                            + " all well).")
    private Optional<Path> config = Optional.empty();

    @Spec private CommandSpec spec;

    SimulateCommand() {
        this.spec = CommandSpec.create();
    }

    @Override
    public Integer call() throws InterruptedException {
        WrongCall.port(spec, port);
        PrintWriter err = spec.commandLine().getErr();
        SimulatorSettings settings;
        try {
            settings = config.map(SettingsReader::load).orElseGet(SimulatorSettings::standard);
        } catch (InvalidSettingsException invalid) {
            err.println(invalid.getMessage());
            return Exit.CONFIGURATION.code();
        } catch (UncheckedIOException unreadable) {
            err.println(unreadable.getMessage() + ". Name a file that is there with `--config`.");
            return Exit.CONFIGURATION.code();
        }
        settings = port < 0 ? settings : settings.withPort(port);
        settings = seed.isPresent() ? settings.withSeed(seed.get()) : settings;
        Simulator simulator;
        try {
            simulator = Simulator.start(settings);
        } catch (UncheckedIOException closed) {
            if (!PortTaken.is(closed)) {
                throw closed;
            }
            err.println(new PortTaken(settings.port(), closed).getMessage());
            return Exit.FAILED.code();
        }
        try (simulator) {
            Ending ending = Ending.listen(simulator::close);
            welcome(simulator, err);
            return ending.await().code();
        }
    }

    /// Each provider with the address that a client, or a gateway, takes as its base URL.
    private static void welcome(Simulator simulator, PrintWriter err) {
        err.println("Simulated providers: " + String.join(", ", simulator.names()));
        for (String name : simulator.names()) {
            SimulatedProvider provider = simulator.provider(name);
            err.println("  " + name + "  " + provider.base() + "  " + kind(provider));
        }
        err.println(
                "In switchgear.yaml they are such as `"
                        + simulator.names().getFirst()
                        + ": { kind: "
                        + kind(simulator.provider(simulator.names().getFirst()))
                        + ", base-url: \""
                        + simulator.provider(simulator.names().getFirst()).base()
                        + "\" }`, with `egress: { allow-private: [\"127.0.0.1:"
                        + simulator.port()
                        + "\"] }`.");
        err.println("Faults: PUT " + simulator.base() + "/_sim/{provider}/faults");
        err.flush();
    }

    /// The kind that a gateway knows it by.
    private static String kind(SimulatedProvider provider) {
        return switch (provider.settings().kind()) {
            case OPENAI -> "openai";
            case OPENAI_COMPATIBLE, VLLM, LLAMA_CPP, LM_STUDIO -> "openai-compatible";
            case ANTHROPIC -> "anthropic";
            case GEMINI -> "gemini";
            case XAI -> "xai";
            case DEEPSEEK -> "deepseek";
            case OPENROUTER -> "openrouter";
            case OLLAMA -> "ollama";
        };
    }
}
