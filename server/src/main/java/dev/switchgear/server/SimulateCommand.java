package dev.switchgear.server;

import dev.switchgear.simulator.Simulator;
import dev.switchgear.simulator.fields.InvalidSettingsException;
import dev.switchgear.simulator.settings.SettingsReader;
import dev.switchgear.simulator.settings.SimulatorSettings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Runs the simulated providers alone.
@Command(
        name = "simulate",
        description = "Runs simulated providers, whose faults are set over HTTP.",
        mixinStandardHelpOptions = true)
final class SimulateCommand implements Callable<Integer> {
    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "Where to listen, on 127.0.0.1; 0 for any free port.")
    private int port = -1;

    @Option(names = "--seed", paramLabel = "NUMBER", description = "What all chance follows from.")
    private Optional<Long> seed = Optional.empty();

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Providers and faults (default: openai, alpha, beta, gamma, all well).")
    private Optional<Path> config = Optional.empty();

    @Spec private CommandSpec spec;

    SimulateCommand() {
        this.spec = CommandSpec.create();
    }

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        SimulatorSettings settings;
        try {
            settings = config.map(SettingsReader::load).orElseGet(SimulatorSettings::standard);
        } catch (InvalidSettingsException invalid) {
            err.println(invalid.getMessage());
            return Exit.CONFIGURATION.code();
        }
        settings = port < 0 ? settings : settings.withPort(port);
        settings = seed.isPresent() ? settings.withSeed(seed.get()) : settings;
        try (Simulator simulator = Simulator.start(settings)) {
            err.println("Simulated providers: " + String.join(", ", simulator.names()));
            for (String name : simulator.names()) {
                err.println("  " + simulator.base() + "/" + name + "/v1");
            }
            err.println("Faults: PUT " + simulator.base() + "/_sim/{provider}/faults");
            err.flush();
            new CountDownLatch(1).await();
        }
        return Exit.DONE.code();
    }
}
