package dev.switchgear.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import dev.switchgear.server.config.Config;
import dev.switchgear.server.monitor.EventLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sets up the log: lines for people, or JSON, on standard error. Secrets do not get here: they are of
/// a type that does not print itself, and headers and bodies are never logged.
final class Logging {
    private static final String READABLE = "%d{HH:mm:ss.SSS} %-5level %msg%n%ex{short}";

    private Logging() {}

    static void use(Config.Log log) {
        var context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        var console = new ConsoleAppender<ILoggingEvent>();
        console.setContext(context);
        console.setTarget("System.err");
        console.setEncoder(encoder(log.format(), context));
        console.start();
        var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.addAppender(console);
        root.setLevel(
                switch (log.level()) {
                    case ERROR -> Level.ERROR;
                    case WARN -> Level.WARN;
                    case INFO -> Level.INFO;
                    case DEBUG -> Level.DEBUG;
                });
        // Their debug lines may show what passes through them.
        context.getLogger("io.netty").setLevel(Level.WARN);
        context.getLogger("io.vertx").setLevel(Level.WARN);
    }

    /// Leaves what happens to calls and upstreams out of the log, for a program that tells it itself.
    static void withoutEvents() {
        var context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.getLogger(EventLog.NAME).setLevel(Level.OFF);
    }

    private static Encoder<ILoggingEvent> encoder(Config.LogFormat format, LoggerContext context) {
        return switch (format) {
            case JSON -> json(context);
            case READABLE -> readable(context);
        };
    }

    private static JsonEncoder json(LoggerContext context) {
        var json = new JsonEncoder();
        json.setContext(context);
        json.setWithSequenceNumber(false);
        json.setWithNanoseconds(false);
        json.setWithContext(false);
        json.start();
        return json;
    }

    private static PatternLayoutEncoder readable(LoggerContext context) {
        var readable = new PatternLayoutEncoder();
        readable.setContext(context);
        readable.setPattern(READABLE);
        readable.start();
        return readable;
    }
}
