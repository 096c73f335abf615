package dev.switchgear.server;

import dev.switchgear.core.time.SystemTime;
import dev.switchgear.core.time.Threads;
import dev.switchgear.core.time.Time;
import dev.switchgear.core.vault.Secret;
import dev.switchgear.server.config.Config;
import dev.switchgear.server.config.ConfigLoader;
import dev.switchgear.server.config.ConfigProblem;
import dev.switchgear.server.config.ConfigWatch;
import dev.switchgear.server.config.Loaded;
import dev.switchgear.server.identity.Pepper;
import dev.switchgear.server.names.SgCode;
import dev.switchgear.server.output.Outlet;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Runs the gateway by a configuration, and follows it: a change of the file, or SIGHUP, is put in
/// force without losing a call. SIGTERM and SIGINT stop it gracefully, a second one at once.
@Command(
        name = "serve",
        description =
                "Runs the gateway. Exit 0 after SIGTERM, 130 after Ctrl-C, 78: the configuration cannot"
                        + " be used.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  switchgear serve --config switchgear.yaml --port 8080"})
final class ServeCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger("switchgear");

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
            description = "What must survive a restart (default: ${DEFAULT-VALUE}).")
    private Path data = Path.of("data");

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description =
                    "Where to listen; 0 for any free port (default: `server.port` of the"
                            + " configuration, which is 8080 where it says nothing).")
    private int port = -1;

    @Option(
            names = "--allow-empty",
            description =
                    "Let a changed file take all providers, or all clients, away; else it counts as cut"
                            + " off while it is written, and is not used.")
    private boolean emptyAllowed;

    @Spec private CommandSpec spec;

    ServeCommand() {
        this.spec = CommandSpec.create();
    }

    @Override
    public Integer call() throws InterruptedException {
        WrongCall.port(spec, port);
        PrintWriter err = spec.commandLine().getErr();
        Loaded loaded = ConfigLoader.load(config, System.getenv());
        if (loaded.config().isEmpty()) {
            loaded.problems().forEach(problem -> err.println(problem.text()));
            err.println("Nothing was started. `switchgear check` tests a configuration.");
            return Exit.CONFIGURATION.code();
        }
        Config good = loaded.config().get();
        Config used = port < 0 ? good : good.at(port);
        var time = new SystemTime();
        Outlet outlet = Logging.outlet(time);
        Logging.use(used.server().log(), outlet);
        try {
            return serve(good, used, loaded.problems(), outlet, time);
        } finally {
            Logging.finish(outlet);
        }
    }

    private int serve(
            Config good, Config used, List<ConfigProblem> warnings, Outlet outlet, Time time)
            throws InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        warnings.forEach(problem -> LOG.warn(problem.text()));
        Secret pepper;
        try {
            pepper = Pepper.of(used, data);
        } catch (IOException unreadable) {
            err.println(
                    "The data folder `" + data + "` cannot be used: " + unreadable.getMessage());
            return Exit.CONFIGURATION.code();
        }
        Running running;
        try {
            running =
                    Wiring.start(
                            used,
                            pepper,
                            List.of(),
                            () -> ThreadLocalRandom.current().nextLong(),
                            time);
        } catch (PortTaken | DoorStuck closed) {
            err.println(closed.getMessage());
            return Exit.FAILED.code();
        } catch (IllegalArgumentException unusable) {
            err.println(
                    config
                            + " cannot be used: "
                            + unusable.getMessage()
                            + " ("
                            + SgCode.SETTING
                            + ")");
            return Exit.CONFIGURATION.code();
        }
        var watch =
                new ConfigWatch(
                        config,
                        System.getenv(),
                        good,
                        emptyAllowed,
                        new Reload(running, good, log -> Logging.use(log, outlet)));
        Logging.measure(outlet, running.meters().registry());
        watch.start(time, Threads.virtual());
        Hangup.onHangup(watch::reload);
        var over = new AtomicBoolean();
        Runnable end =
                () -> {
                    if (over.compareAndSet(false, true)) {
                        watch.close();
                        stop(running);
                        Logging.finish(outlet);
                    }
                };
        Ending ending = Ending.listen(end);
        // Most of what starting left behind is garbage, and an idle gateway would hold it for
        // hours, as nothing makes it collect. Little is alive yet, so this is soon over.
        System.gc();
        LOG.info(
                "Switchgear {} listens on {}/v1 ({} providers, {} routes)",
                VersionCommand.version(),
                FrontDoor.url(used.server(), running.port()),
                used.providers().size(),
                used.routes().size());
        Exit exit = ending.await();
        end.run();
        return exit.code();
    }

    private static void stop(Running running) {
        LOG.info("Stopping: calls under way may finish");
        try {
            boolean finished = running.shutDown();
            LOG.info(
                    finished
                            ? "Stopped: every call was finished"
                            : "Stopped: calls that took too long were ended with an error");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            running.close();
        }
    }
}
