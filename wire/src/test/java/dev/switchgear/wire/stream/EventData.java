package dev.switchgear.wire.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

/// The data of an event as a test compares it.
public final class EventData {
    private EventData() {}

    /// Empty where there is none.
    public static String text(EventReader events) {
        return new String(
                events.data(), events.dataFrom(), events.dataTo() - events.dataFrom(), UTF_8);
    }
}
