package dev.switchgear.server.output;

import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;

/// Hands the lines of the log to an [Outlet]: whoever logs never waits for who reads. Thread-safe.
public final class LogAppender extends UnsynchronizedAppenderBase<ILoggingEvent> {
    /// Characters of a line for machines; a longer one goes without its trace.
    private static final int JSON_MOST = 64 * 1024;

    private final Outlet outlet;
    private final boolean json;
    private final ZoneId zone;
    private final JsonEncoder encoder = new JsonEncoder();

    /// @param json whether lines are for machines
    /// @param zone of the times that people read
    public LogAppender(Outlet outlet, boolean json, ZoneId zone) {
        this.outlet = outlet;
        this.json = json;
        this.zone = zone;
        encoder.setWithSequenceNumber(false);
        encoder.setWithNanoseconds(false);
        encoder.setWithContext(false);
    }

    @Override
    public void start() {
        encoder.setContext(getContext());
        encoder.start();
        super.start();
    }

    @Override
    protected void append(ILoggingEvent event) {
        outlet.accept(json ? json(event) : LogLine.of(event, zone));
    }

    private String json(ILoggingEvent event) {
        boolean longer = event.getFormattedMessage().length() > LogLine.MESSAGE_MOST;
        String line = encoded(longer ? cut(event, true) : event);
        return line.length() <= JSON_MOST ? line : encoded(cut(event, false));
    }

    private String encoded(ILoggingEvent event) {
        return new String(encoder.encode(event), StandardCharsets.UTF_8);
    }

    private static LoggingEvent cut(ILoggingEvent event, boolean traced) {
        String message = event.getFormattedMessage();
        var shorter = new LoggingEvent();
        shorter.setLevel(event.getLevel());
        shorter.setLoggerName(event.getLoggerName());
        shorter.setThreadName(event.getThreadName());
        shorter.setInstant(event.getInstant());
        shorter.setMDCPropertyMap(event.getMDCPropertyMap());
        shorter.setMessage(
                message.substring(0, Math.min(message.length(), LogLine.MESSAGE_MOST)) + "…");
        if (traced
                && event.getThrowableProxy()
                        instanceof ch.qos.logback.classic.spi.ThrowableProxy thrown) {
            shorter.setThrowableProxy(thrown);
        }
        return shorter;
    }
}
