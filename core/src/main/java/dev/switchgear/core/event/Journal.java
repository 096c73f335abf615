package dev.switchgear.core.event;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/// Carries events from the path of a call to whoever counts, logs or shows them.
///
/// Recording never blocks and never wakes a thread: a full journal drops the event and counts it.
/// One reader drains it at its own pace. Thread-safe.
public final class Journal {
    private final ArrayBlockingQueue<Event> events;
    private final LongAdder dropped = new LongAdder();

    /// @param capacity events held while nobody reads; 1 or more
    public Journal(int capacity) {
        events = new ArrayBlockingQueue<>(capacity);
    }

    public void record(Event event) {
        if (!events.offer(event)) {
            dropped.increment();
        }
    }

    /// Hands at most `most` waiting events to `reader`, oldest first, and says how many those were.
    public int drain(Consumer<Event> reader, int most) {
        int read = 0;
        while (read < most) {
            Event event = events.poll();
            if (event == null) {
                break;
            }
            reader.accept(event);
            read++;
        }
        return read;
    }

    /// Events lost because the journal was full.
    public long dropped() {
        return dropped.sum();
    }
}
