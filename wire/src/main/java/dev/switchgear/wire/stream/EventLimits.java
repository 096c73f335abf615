package dev.switchgear.wire.stream;

/// What a stream may hold. Beyond a bound it fails with
/// [dev.switchgear.wire.WireException.Kind#TOO_LARGE].
///
/// @param line bytes of one line, without its end; 1 or more (default 64 MiB: events carry images)
/// @param event bytes of one event with its lines' ends; 1 or more (default 64 MiB)
/// @param total bytes of the whole stream; 1 or more (default 256 MiB)
public record EventLimits(int line, int event, long total) {
    private static final long TOTAL_LEAST = 256L * 1024 * 1024;

    public static final EventLimits DEFAULT = upTo(64 * 1024 * 1024);

    /// The largest event that an array can hold with room to grow.
    private static final int MAX = 1 << 29;

    /// Lines and events up to `bytes`, and a stream of several such.
    public static EventLimits upTo(int bytes) {
        return new EventLimits(bytes, bytes, Math.max(TOTAL_LEAST, 4L * bytes));
    }

    public EventLimits {
        if (line < 1 || line > MAX || event < 1 || event > MAX || total < 1) {
            throw new IllegalArgumentException(
                    "event-limits: "
                            + line
                            + ", "
                            + event
                            + ", "
                            + total
                            + " (expected: 1 or more, line and event up to "
                            + MAX
                            + ")");
        }
    }
}
