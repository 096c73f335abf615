package dev.switchgear.server.monitor;

import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.event.Event;
import dev.switchgear.core.time.Time;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// Writes what happened to the log: what concerns an upstream as a warning, a lost call as an error,
/// every other call as a line of its own at level debug. Runs on the monitor's thread, so a slow disk
/// slows no call.
///
/// An outage says the same thing thousands of times a second. So the first sentence of a kind (an
/// upstream and a cause, a route and its end) is written at once, and those that follow within 10 s
/// become one line with their number.
public final class EventLog implements Consumer<Event> {
    /// The logger's name.
    public static final String NAME = "switchgear.events";

    private static final Logger LOG = LoggerFactory.getLogger(NAME);
    private static final Duration EVERY = Duration.ofSeconds(10);

    /// Kinds that are counted at once; further ones are written out.
    private static final int KINDS_MOST = 1_000;

    /// Where lines go.
    @FunctionalInterface
    interface Lines {
        void write(Level level, String line);

        /// A line that a defect of ours belongs to, whose stack says where it is.
        default void write(Level level, String line, Throwable defect) {
            write(level, line + ": " + defect);
        }
    }

    /// To the log itself.
    private static final class LogLines implements Lines {
        @Override
        public void write(Level level, String line) {
            LOG.atLevel(level).log(line);
        }

        @Override
        public void write(Level level, String line, Throwable defect) {
            LOG.atLevel(level).setCause(defect).log(line);
        }
    }

    /// A kind of sentence that was written not long ago.
    private static final class Repeated {
        private final Level level;
        private long sinceNanos;
        private long more;

        Repeated(Level level, long sinceNanos) {
            this.level = level;
            this.sinceNanos = sinceNanos;
        }
    }

    private final Map<String, Repeated> recent = new LinkedHashMap<>();
    private final Time time;
    private final Lines lines;

    public EventLog(Time time) {
        this(time, new LogLines());
    }

    EventLog(Time time, Lines lines) {
        this.time = time;
        this.lines = lines;
    }

    @Override
    public void accept(Event event) {
        sumUp();
        switch (event) {
            case Event.Attempted attempted -> attempted(attempted);
            case Event.Answered answered -> answered(answered);
            case Event.AdapterFailed failed -> failed(failed);
            case Event.BreakerMoved _,
                    Event.Rested _,
                    Event.Switched _,
                    Event.HealthChanged _,
                    Event.Overloaded _ ->
                    Sentences.about(event).ifPresent(text -> rested(event, text));
        }
    }

    private void attempted(Event.Attempted event) {
        Optional<String> text = Sentences.about(event);
        if (text.isPresent() && event.attempt().outcome() instanceof Outcome.Failure<?> failure) {
            sometimes(
                    Level.INFO,
                    event.attempt().upstream() + ": " + Sentences.words(failure.fault().cause()),
                    text.get() + " (call " + event.call() + ")");
        }
    }

    /// With the stack, once for a defect that many calls meet.
    private void failed(Event.AdapterFailed failed) {
        String kind = failed.upstream() + ": our adapter for it broke";
        if (recent(Level.ERROR, kind)) {
            return;
        }
        Sentences.about(failed).ifPresent(text -> lines.write(Level.ERROR, text, failed.defect()));
    }

    /// A key that is asked again and again after each rest is told like an attempt that fails.
    private void rested(Event event, String text) {
        if (event instanceof Event.Rested rested) {
            sometimes(
                    Level.WARN,
                    rested.upstream() + ": a rest because of: " + Sentences.words(rested.cause()),
                    text);
        } else {
            lines.write(Level.WARN, text);
        }
    }

    private void answered(Event.Answered answered) {
        switch (answered.verdict()) {
            case LOST ->
                    sometimes(
                            Level.ERROR,
                            "calls for " + answered.route() + " lost",
                            "call "
                                    + answered.call()
                                    + " for "
                                    + answered.route()
                                    + " lost after "
                                    + answered.sent()
                                    + " attempts: nobody could answer");
            case BROKEN_OFF ->
                    sometimes(
                            Level.WARN,
                            "calls for " + answered.route() + " broken off mid-stream",
                            "call "
                                    + answered.call()
                                    + " for "
                                    + answered.route()
                                    + " broke off mid-stream; the client was told");
            case SERVED, FAILED_OVER, RETURNED, CANCELLED -> {
                if (LOG.isDebugEnabled()) {
                    LOG.debug(
                            "call {} for {}: {} by {} after {} attempts in {} ({})",
                            answered.call(),
                            answered.route(),
                            answered.verdict(),
                            answered.upstream().map(Object::toString).orElse("nobody"),
                            answered.sent(),
                            Sentences.words(answered.latency()),
                            answered.why());
                }
            }
        }
    }

    private void sometimes(Level level, String kind, String text) {
        if (!recent(level, kind)) {
            lines.write(level, text);
        }
    }

    /// Whether such a sentence was written not long ago; then this one is counted.
    private boolean recent(Level level, String kind) {
        Repeated before = recent.get(kind);
        if (before != null) {
            before.more++;
            return true;
        }
        if (recent.size() < KINDS_MOST) {
            recent.put(kind, new Repeated(level, time.nanos()));
        }
        return false;
    }

    /// Writes the numbers that are due. A kind that has stopped is forgotten.
    private void sumUp() {
        if (recent.isEmpty()) {
            return;
        }
        long now = time.nanos();
        Iterator<Map.Entry<String, Repeated>> kinds = recent.entrySet().iterator();
        while (kinds.hasNext()) {
            Map.Entry<String, Repeated> kind = kinds.next();
            Repeated repeated = kind.getValue();
            if (now - repeated.sinceNanos < EVERY.toNanos()) {
                continue;
            }
            if (repeated.more == 0) {
                kinds.remove();
                continue;
            }
            lines.write(
                    repeated.level,
                    kind.getKey()
                            + " ("
                            + repeated.more
                            + " more in "
                            + Sentences.words(Duration.ofNanos(now - repeated.sinceNanos))
                            + ")");
            repeated.more = 0;
            repeated.sinceNanos = now;
        }
    }
}
