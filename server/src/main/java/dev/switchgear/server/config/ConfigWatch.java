package dev.switchgear.server.config;

import dev.switchgear.core.time.Threads;
import dev.switchgear.core.time.Time;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/// Follows a configuration file: hands on what is good, reports what is not, keeps the last good one.
///
/// What is read has settled: a file that is written in place is seen empty or cut off before it is whole,
/// and what is cut off may well be valid. So a change is read when nothing has changed for 2 s, and for
/// 5 s where the file has become shorter; and it never takes all providers or clients away unless that
/// was allowed. The files that it names (prices, certificates) are followed likewise.
///
/// It looks at the file's time, size and identity once a second instead of asking the system for
/// events: those miss changes on mounted volumes, and an editor that saves by renaming takes the
/// watched file away. Thread-safe.
public final class ConfigWatch implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /// Looks for which a changed file must stay as it is before it is read.
    private static final int LOOKS = 2;

    /// The same for one that has become shorter: it may be half written.
    private static final int LOOKS_SHORTER = 5;

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

        /// With files that hold something else than they did.
        ///
        /// @param settings that name them
        private Change with(List<String> settings) {
            List<String> lines =
                    settings.stream().map(name -> name + ": the file changed").toList();
            // A certificate is read when the door opens.
            List<String> later =
                    lines.stream().filter(line -> line.startsWith("server.tls.")).toList();
            return new Change(joined(differences, lines), joined(atNextStart, later));
        }

        private static List<String> joined(List<String> some, List<String> more) {
            return Stream.concat(some.stream(), more.stream()).toList();
        }
    }

    /// The file, and those that it names, by the setting that does.
    private record Marks(Optional<FileMark> own, Map<String, Optional<FileMark>> named) {
        boolean shorterThan(Marks other) {
            return own.isPresent()
                    && other.own().isPresent()
                    && own.get().size() < other.own().get().size();
        }
    }

    private final Path file;
    private final Map<String, String> environment;
    private final boolean emptyAllowed;
    private final Listener listener;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by the lock.
    private Config inUse;
    private Marks read;
    private Marks settling;
    private int looksUnchanged;

    /// Whether it was read since this began to look: it may have changed after it was loaded.
    private boolean readOnce;

    private volatile boolean closed;

    /// @param inUse what was loaded from the file when the program started
    /// @param emptyAllowed whether a file without providers, or without clients, may take the place of
    ///     one that has some
    public ConfigWatch(
            Path file,
            Map<String, String> environment,
            Config inUse,
            boolean emptyAllowed,
            Listener listener) {
        this.file = file;
        this.environment = Map.copyOf(environment);
        this.inUse = inUse;
        this.emptyAllowed = emptyAllowed;
        this.listener = listener;
        this.read = marks();
        this.settling = read;
    }

    /// Looks once a second, on a thread of its own, until closed.
    public Thread start(Time time, Threads threads) {
        return threads.start(() -> follow(time));
    }

    /// Looks now. Reads the file if it has changed since it was last read and looks as it did at the last
    /// looks: who writes slowly is done then.
    public void look() {
        lock.lock();
        try {
            Marks now = marks();
            if ((now.equals(read) && readOnce) || now.own().isEmpty()) {
                // A file that is not there is one that is being replaced: a later look finds it.
                settling = read;
            } else if (!now.equals(settling)) {
                settling = now;
                looksUnchanged = 0;
            } else {
                looksUnchanged++;
                if (looksUnchanged >= (now.shorterThan(read) ? LOOKS_SHORTER : LOOKS)) {
                    read(now);
                }
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
            read(marks());
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

    /// @param now how the files look
    private void read(Marks now) {
        Loaded loaded = ConfigLoader.load(file, environment);
        if (!marks().equals(now)) {
            // It was written while it was read: what it says now is seen when it has settled.
            settling = read;
            return;
        }
        List<String> contents = contents(read, now);
        read = now;
        settling = now;
        readOnce = true;
        if (loaded.config().isEmpty()) {
            listener.refused(loaded.problems().stream().map(ConfigWatch::withConsequence).toList());
            return;
        }
        Config fresh = loaded.config().get();
        Optional<String> lost = lost(fresh, loaded.blank());
        if (lost.isPresent()) {
            listener.refused(List.of(withConsequence(problem(lost.get()))));
            return;
        }
        Change change = Change.between(inUse, fresh).with(contents);
        inUse = fresh;
        if (!change.differences().isEmpty()) {
            listener.changed(fresh, change, loaded.problems());
        }
    }

    /// The settings that name a file which holds something else now.
    private static List<String> contents(Marks before, Marks now) {
        return now.named().entrySet().stream()
                .filter(named ->
                        before.named().containsKey(named.getKey())
                                && !named.getValue().equals(before.named().get(named.getKey())))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    /// What of the configuration in use is gone altogether, in words. Whoever writes a file in place
    /// empties it first, and nobody means to take all providers away by saying nothing; without clients
    /// everybody on this machine could call.
    private Optional<String> lost(Config fresh, boolean blank) {
        if (emptyAllowed) {
            return Optional.empty();
        }
        if (blank && !Difference.between(inUse, fresh).isEmpty()) {
            return Optional.of(
                    "The file is empty, as it is while somebody writes it. If that is meant, start with"
                            + " `--allow-empty`.");
        }
        boolean providers = !inUse.providers().isEmpty() && fresh.providers().isEmpty();
        boolean clients = !inUse.clients().isEmpty() && fresh.clients().isEmpty();
        return providers || clients
                ? Optional.of(
                        "The file has no `"
                                + (providers ? "providers" : "clients")
                                + "` any more, as if it were cut off. If that is meant, start with"
                                + " `--allow-empty`.")
                : Optional.empty();
    }

    private ConfigProblem problem(String words) {
        return new ConfigProblem(
                ConfigProblem.SETTING,
                ConfigProblem.Severity.ERROR,
                String.valueOf(file.getFileName()),
                0,
                0,
                words);
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

    private Marks marks() {
        var named = new HashMap<String, Optional<FileMark>>();
        inUse.prices().file().ifPresent(path -> named.put("prices.file", FileMark.of(path)));
        inUse.egress().caFile().ifPresent(path -> named.put("egress.ca-file", FileMark.of(path)));
        inUse.server()
                .tls()
                .ifPresent(tls -> {
                    named.put("server.tls.certificate", FileMark.of(tls.certificate()));
                    named.put("server.tls.key", FileMark.of(tls.key()));
                });
        return new Marks(FileMark.of(file.toString()), Map.copyOf(named));
    }
}
