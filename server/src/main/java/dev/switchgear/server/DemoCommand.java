package dev.switchgear.server;

import dev.switchgear.core.time.SystemTime;
import dev.switchgear.core.time.Threads;
import dev.switchgear.core.time.Time;
import dev.switchgear.core.vault.Secret;
import dev.switchgear.server.config.Config;
import dev.switchgear.server.demo.Banner;
import dev.switchgear.server.demo.Cast;
import dev.switchgear.server.demo.Demo;
import dev.switchgear.server.demo.DemoSettings;
import dev.switchgear.server.demo.Feed;
import dev.switchgear.server.demo.Keys;
import dev.switchgear.server.demo.Marked;
import dev.switchgear.server.demo.Paper;
import dev.switchgear.server.output.Outlet;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/// Shows what the gateway does, with providers that exist on this machine only.
@Command(
        name = "demo",
        description =
                "Runs the gateway with simulated providers that fail by and by, and tells what it"
                        + " makes of it. Needs no key, no account and no network; writes no file.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  switchgear demo --port 8080 --for 5m"})
final class DemoCommand implements Callable<Integer> {
    /// Ports tried, the wanted one first.
    private static final int PORTS = 50;

    private static final Duration FOREVER = Duration.ofDays(3650);

    enum Switch {
        ON,
        OFF
    }

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "8080",
            description =
                    "Where to listen (default: ${DEFAULT-VALUE}); the next free port where that is"
                            + " taken; 0 for any.")
    private int port = 8080;

    @Option(
            names = "--seed",
            paramLabel = "NUMBER",
            defaultValue = "1",
            description = "What all chance follows from (default: ${DEFAULT-VALUE}).")
    private long seed = 1;

    @Option(
            names = "--faults",
            paramLabel = "on|off",
            defaultValue = "on",
            description = "Whether providers fail by themselves (default: ${DEFAULT-VALUE}).")
    private Switch faults = Switch.ON;

    @Option(
            names = "--rate",
            paramLabel = "NUMBER",
            defaultValue = "8",
            description =
                    "Requests a second that the demo sends by itself, 1 to 1000 (default:"
                            + " ${DEFAULT-VALUE}).")
    private int rate = 8;

    @Option(
            names = "--pace",
            paramLabel = "NUMBER",
            defaultValue = "1",
            description =
                    "How many times faster providers fail and are healed, 1 to 20 (default:"
                            + " ${DEFAULT-VALUE}).")
    private int pace = 1;

    @Option(
            names = "--for",
            paramLabel = "DURATION",
            converter = Span.class,
            description =
                    "Ends by itself after this time, such as 30s or 5m (default: goes on until it is"
                            + " stopped).")
    private Optional<Duration> length = Optional.empty();

    @Option(names = "--plain", description = "No colours.")
    private boolean plain;

    @Spec private CommandSpec spec;

    DemoCommand() {
        this.spec = CommandSpec.create();
    }

    @Override
    public Integer call() throws InterruptedException {
        WrongCall.port(spec, port);
        WrongCall.within(spec, "--rate", rate, 1, 1000);
        WrongCall.within(spec, "--pace", pace, 1, 20);
        PrintWriter standard = spec.commandLine().getOut();
        var time = new SystemTime();
        Outlet log = Logging.outlet(time);
        Outlet paper =
                Outlet.open(
                        lines -> {
                            standard.print(lines);
                            standard.flush();
                        },
                        lost -> "(" + lost + " lines were left out: nobody took them in time)\n",
                        Threads.platform("paper"),
                        time);
        try {
            return show(paper, log, time);
        } finally {
            Logging.finish(paper);
            Logging.finish(log);
        }
    }

    private int show(Outlet out, Outlet log, Time time) throws InterruptedException {
        boolean terminal = terminal();
        var paper = new Paper(out::accept, terminal && !plain && coloursWelcome());
        var feed = new Feed(paper, time);
        var settings = new DemoSettings(seed, faults == Switch.ON, pace, rate);
        try (Cast cast = Cast.enter(seed)) {
            Logging.use(cast.config(port).server().log(), log);
            Logging.withoutEvents();
            Running running;
            try {
                running = open(cast, feed, time);
            } catch (PortTaken | DoorStuck closed) {
                spec.commandLine().getErr().println(closed.getMessage());
                return Exit.FAILED.code();
            }
            try (running) {
                var demo =
                        new Demo(
                                settings,
                                cast,
                                running::upstreams,
                                running.monitor(),
                                running.totals(),
                                running.port(),
                                feed,
                                Threads.virtual(),
                                time);
                return run(
                                demo,
                                terminal,
                                running.port(),
                                running.config().providers().size(),
                                settings.firstFault(),
                                out)
                        .code();
            }
        }
    }

    private Exit run(
            Demo demo,
            boolean terminal,
            int used,
            int providers,
            Optional<Duration> firstFault,
            Outlet out)
            throws InterruptedException {
        var listening = new CopyOnWriteArrayList<Keys>();
        Runnable end =
                () -> {
                    try {
                        List<String> summary = demo.end();
                        summary.forEach(line -> out.accept(line + "\n"));
                        Logging.finish(out);
                        listening.forEach(Keys::close);
                    } catch (InterruptedException hurried) {
                        Thread.currentThread().interrupt();
                    }
                };
        Ending ending = Ending.listen(end);
        // Ready is said only when a signal will be answered with the summary.
        Banner.lines(
                        VersionCommand.version(),
                        used,
                        providers,
                        note(used),
                        firstFault,
                        terminal,
                        sinceStart())
                .forEach(line -> out.accept(line + "\n"));
        demo.begin();
        if (terminal) {
            keys(demo, ending).ifPresent(listening::add);
        }
        Exit exit = ending.await(length.orElse(FOREVER).toMillis()).orElse(Exit.DONE);
        end.run();
        return exit;
    }

    private Optional<Keys> keys(Demo demo, Ending ending) {
        try {
            return Optional.of(
                    Keys.listen(
                            key -> {
                                boolean goOn = demo.press(key);
                                if (!goOn) {
                                    ending.over();
                                }
                                return goOn;
                            },
                            Threads.platform("keys")));
        } catch (IOException unusable) {
            spec.commandLine()
                    .getErr()
                    .println(
                            "Keys cannot be read from this terminal: "
                                    + unusable.getMessage()
                                    + ". Ctrl-C ends the demo.");
            return Optional.empty();
        }
    }

    /// On the wanted port, or the next free one.
    private Running open(Cast cast, Feed feed, Time time) {
        for (int tried = 0; ; tried++) {
            Config config = cast.config(port == 0 ? 0 : port + tried);
            try {
                return Wiring.start(
                        config,
                        new Given(
                                        Secret.of("no client has a key here"),
                                        () -> ThreadLocalRandom.current().nextLong(),
                                        time,
                                        List.of(feed))
                                .decorated(Marked::asDemo));
            } catch (PortTaken taken) {
                if (tried == PORTS - 1 || config.server().port() == 65_535) {
                    throw taken;
                }
            }
        }
    }

    private String note(int used) {
        return port == 0 || used == port
                ? ""
                : "port "
                        + port
                        + " is taken"
                        + PortHolder.of(port).map(holder -> " by " + holder).orElse("")
                        + ", so this demo is at port "
                        + used
                        + ".";
    }

    private static boolean terminal() {
        return Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
    }

    private static boolean coloursWelcome() {
        String unwelcome = System.getenv().getOrDefault("NO_COLOR", "");
        return unwelcome.isEmpty() && !"dumb".equals(System.getenv("TERM"));
    }

    /// How long this JVM has been running; the process is older where a launcher became it.
    private static Duration sinceStart() {
        long startedMillis = ManagementFactory.getRuntimeMXBean().getStartTime();
        return Duration.between(Instant.ofEpochMilli(startedMillis), new SystemTime().instant());
    }

    /// Reads `500ms`, `30s`, `5m`, `1h`.
    static final class Span implements ITypeConverter<Duration> {
        private static final Pattern FORM = Pattern.compile("(\\d{1,6})(ms|s|m|h)");

        @Override
        public Duration convert(String text) {
            Matcher form = FORM.matcher(text);
            if (!form.matches()) {
                throw new TypeConversionException(
                        "`" + text + "` (expected: a time such as 30s, 5m or 500ms)");
            }
            long number = Long.parseLong(form.group(1));
            return switch (form.group(2)) {
                case "ms" -> Duration.ofMillis(number);
                case "s" -> Duration.ofSeconds(number);
                case "m" -> Duration.ofMinutes(number);
                default -> Duration.ofHours(number);
            };
        }
    }
}
