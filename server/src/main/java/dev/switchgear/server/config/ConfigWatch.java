package dev.switchgear.server.config;

import dev.switchgear.core.time.Threads;
import dev.switchgear.core.time.Time;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// Follows a configuration file: hands on what is good, reports what is not, keeps the last good one.
///
/// It looks at the file's time, size and identity once a second instead of asking the system for
/// events: those miss changes on mounted volumes, and an editor that saves by renaming takes the
/// watched file away. Thread-safe.
public final class ConfigWatch implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /// Is told what came of a change; called from one thread at a time. It must not throw.
    public interface Listener {
        /// The file is good and differs from what is in use. Whoever cannot use it (a port that
        /// cannot be changed) says so itself.
        ///
        /// @param warnings what the file says and cannot be done
        void changed(Config config, Change change, List<ConfigProblem> warnings);

        /// The file cannot be used; what was in use stays.
        void refused(List<ConfigProblem> problems);
    }

    /// What a file says otherwise than what is in use.
    ///
    /// @param differences the settings that changed, without their values
    /// @param atNextStart those of them that a running gateway does not take up
    public record Change(List<String> differences, List<String> atNextStart) {
        public Change {
            differences = List.copyOf(differences);
            atNextStart = List.copyOf(atNextStart);
        }

        static Change between(Config before, Config after) {
            return new Change(
                    Difference.between(before, after), Difference.atNextStart(before, after));
        }
    }

    private record Mark(FileTime time, long size, String identity) {}

    private final Path file;
    private final Map<String, String> environment;
    private final Listener listener;
    private final ReentrantLock lock = new ReentrantLock();
    private Config inUse;
    private Optional<Mark> seen;
    private volatile boolean closed;

    /// @param inUse what was loaded from the file when the program started
    public ConfigWatch(
            Path file, Map<String, String> environment, Config inUse, Listener listener) {
        this.file = file;
        this.environment = Map.copyOf(environment);
        this.inUse = inUse;
        this.listener = listener;
        this.seen = mark();
    }

    /// Looks once a second, on a thread of its own, until closed.
    public Thread start(Time time, Threads threads) {
        return threads.start(() -> follow(time));
    }

    /// Looks now; reads the file only if it has changed since it was last read.
    public void look() {
        lock.lock();
        try {
            Optional<Mark> now = mark();
            // A file that is not there is one that is being replaced: the next look finds it.
            if (now.isPresent() && !now.equals(seen)) {
                seen = now;
                read();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Reads the file now, changed or not: what SIGHUP asks for. The environment stays that of the
    /// start.
    public void reload() {
        lock.lock();
        try {
            seen = mark();
            read();
        } finally {
            lock.unlock();
        }
    }

    /// Ends the following within a second.
    @Override
    public void close() {
        closed = true;
    }

    private void follow(Time time) {
        try {
            while (!closed) {
                time.sleep(PAUSE);
                if (!closed) {
                    look();
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void read() {
        Loaded loaded = ConfigLoader.load(file, environment);
        if (loaded.config().isEmpty()) {
            listener.refused(loaded.problems().stream().map(ConfigWatch::withConsequence).toList());
            return;
        }
        Config fresh = loaded.config().get();
        Change change = Change.between(inUse, fresh);
        if (loaded.blank() && !change.differences().isEmpty()) {
            // Whoever writes a file in place empties it first: nobody means to take all providers
            // away by saying nothing.
            listener.refused(List.of(withConsequence(blank())));
            return;
        }
        inUse = fresh;
        if (!change.differences().isEmpty()) {
            listener.changed(fresh, change, loaded.problems());
        }
    }

    private ConfigProblem blank() {
        return new ConfigProblem(
                ConfigProblem.SETTING,
                ConfigProblem.Severity.ERROR,
                String.valueOf(file.getFileName()),
                0,
                0,
                "The file is empty, as it is while somebody writes it.");
    }

    private static ConfigProblem withConsequence(ConfigProblem problem) {
        return new ConfigProblem(
                problem.code(),
                problem.severity(),
                problem.file(),
                problem.line(),
                problem.column(),
                problem.message() + " The last good configuration stays active.");
    }

    private Optional<Mark> mark() {
        try {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return Optional.of(
                    new Mark(
                            attributes.lastModifiedTime(),
                            attributes.size(),
                            String.valueOf(attributes.fileKey())));
        } catch (IOException absent) {
            return Optional.empty();
        }
    }
}
