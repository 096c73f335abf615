package dev.switchgear.server.api.limit;

import dev.switchgear.core.time.Time;
import dev.switchgear.server.api.limit.ClientLimits.Settings;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The guards of many who are told apart only when they come, each with the same limits. Who came
/// longest ago is forgotten when there are too many. Thread-safe.
final class EachGuards {
    /// Nobody is limited, and nobody counted.
    static final EachGuards NONE = new EachGuards(Settings.NONE, 1, null);

    private final Settings settings;
    private final int most;
    private final @Nullable Time time;
    private final ReentrantLock lock = new ReentrantLock();

    /// Guarded by the lock.
    private final Map<String, ClientLimits.Guards> byName =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, ClientLimits.Guards> eldest) {
                    return size() > most;
                }
            };

    private EachGuards(Settings settings, int most, @Nullable Time time) {
        this.settings = settings;
        this.most = most;
        this.time = time;
    }

    /// The same where they stay as they are, with all that was counted.
    EachGuards next(Settings wanted, int counted, Time clock) {
        if (wanted.equals(Settings.NONE)) {
            return NONE;
        }
        return wanted.equals(settings) && counted == most
                ? this
                : new EachGuards(wanted, counted, clock);
    }

    boolean limits() {
        return time != null;
    }

    ClientLimits.Guards of(String name) {
        Time clock = time;
        if (clock == null) {
            return ClientLimits.Guards.NONE;
        }
        lock.lock();
        try {
            return byName.computeIfAbsent(
                    name, _ -> ClientLimits.Guards.NONE.next(settings, clock));
        } finally {
            lock.unlock();
        }
    }
}
