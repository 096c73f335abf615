package dev.switchgear.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import dev.switchgear.core.time.Threads;
import dev.switchgear.core.time.Time;
import dev.switchgear.server.config.Config;
import dev.switchgear.server.monitor.EventLog;
import dev.switchgear.server.output.LogAppender;
import dev.switchgear.server.output.Outlet;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sets up the log: lines for people, or JSON, on standard error, by a writer that nobody waits for.
/// Secrets do not get here: they are of a type that does not print itself, and headers and bodies are
/// never logged.
final class Logging {
    /// How long the end of the program waits for the last lines to be taken.
    static final Duration LAST_LINES = Duration.ofSeconds(1);

    private Logging() {}

    /// The way out for lines of the log.
    static Outlet outlet(Time time) {
        // Past `System.err`, whose lock a writer that is held would keep from everybody else.
        OutputStream standardError = new FileOutputStream(FileDescriptor.err);
        return Outlet.open(
                line -> standardError.write(line.getBytes(StandardCharsets.UTF_8)),
                lost -> "(" + lost + " lines of the log were dropped: nobody took them in time)\n",
                Threads.platform("log"),
                time);
    }

    /// Logs as `log` says from now on.
    static void use(Config.Log log, Outlet outlet) {
        var context = (LoggerContext) LoggerFactory.getILoggerFactory();
        var appender =
                new LogAppender(
                        outlet, log.format() == Config.LogFormat.JSON, ZoneId.systemDefault());
        appender.setContext(context);
        appender.start();
        var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.detachAndStopAllAppenders();
        root.addAppender(appender);
        root.setLevel(
                switch (log.level()) {
                    case ERROR -> Level.ERROR;
                    case WARN -> Level.WARN;
                    case INFO -> Level.INFO;
                    case DEBUG -> Level.DEBUG;
                });
        // What no thread catches is a line of the log too: else it is written past it, and waits
        // there.
        Thread.setDefaultUncaughtExceptionHandler((thread, thrown) ->
                root.error("The thread `{}` ended by an exception", thread.getName(), thrown));
        // Their debug lines may show what passes through them.
        context.getLogger("io.netty").setLevel(Level.WARN);
        context.getLogger("io.vertx").setLevel(Level.WARN);
    }

    /// Has the lines counted that nobody took.
    static void measure(Outlet outlet, MeterRegistry registry) {
        FunctionCounter.builder("switchgear.log.dropped", outlet, Outlet::dropped)
                .description("Lines of the log that nobody took in time")
                .register(registry);
    }

    /// Waits for the last lines, but not for long.
    static void finish(Outlet outlet) {
        try {
            outlet.finish(LAST_LINES);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }

    /// Leaves what happens to calls and upstreams out of the log, for a program that tells it itself.
    static void withoutEvents() {
        var context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.getLogger(EventLog.NAME).setLevel(Level.OFF);
    }
}
