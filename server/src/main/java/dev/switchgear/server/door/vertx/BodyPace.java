package dev.switchgear.server.door.vertx;

import java.util.Arrays;

/// Whether a body comes fast enough: in every window of time, wherever it begins, it must bring so many
/// bytes. Looked at from time to time, it keeps what had come by then, eight looks a window. For one
/// thread; pure but for that.
final class BodyPace {
    private static final int LOOKS = 8;

    private final long windowMillis;
    private final long bytesAWindow;
    private final long[] atMillis = new long[LOOKS + 1];
    private final long[] bytes = new long[LOOKS + 1];
    private int looks;

    /// @param bytesASecond 0: no matter how few, if only some
    BodyPace(long nowMillis, long windowMillis, int bytesASecond) {
        this.windowMillis = windowMillis;
        this.bytesAWindow = Math.max(1, windowMillis * bytesASecond / 1000);
        restart(nowMillis, 0);
    }

    /// Begins anew: what was, was not the client's fault.
    void restart(long nowMillis, long received) {
        looks = 1;
        Arrays.fill(atMillis, nowMillis);
        Arrays.fill(bytes, received);
    }

    /// @param received all bytes that have come by now
    /// @return whether the window that ends now brought too few
    boolean tooSlow(long nowMillis, long received) {
        int from = first(nowMillis);
        boolean whole = nowMillis - atMillis[from] >= windowMillis;
        boolean slow = whole && received - bytes[from] < bytesAWindow;
        if ((nowMillis - atMillis[looks - 1]) * LOOKS >= windowMillis) {
            keep(nowMillis, received);
        }
        return slow;
    }

    /// The youngest look that is a window old, else the oldest that there is.
    private int first(long nowMillis) {
        int from = 0;
        while (from + 1 < looks && nowMillis - atMillis[from + 1] >= windowMillis) {
            from++;
        }
        return from;
    }

    private void keep(long nowMillis, long received) {
        if (looks == atMillis.length) {
            System.arraycopy(atMillis, 1, atMillis, 0, LOOKS);
            System.arraycopy(bytes, 1, bytes, 0, LOOKS);
            looks = LOOKS;
        }
        atMillis[looks] = nowMillis;
        bytes[looks] = received;
        looks++;
    }
}
