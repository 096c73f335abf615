package dev.switchgear.simulator.provider;

import dev.switchgear.core.time.Time;
import dev.switchgear.simulator.http.Header;
import dev.switchgear.simulator.http.ReceivedHead;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Keeps the last requests of a provider. Thread-safe.
final class RequestLog {
    private static final int BODY_MAX = 64 << 10;
    private static final Set<String> SECRET =
            Set.of(
                    "authorization",
                    "proxy-authorization",
                    "x-api-key",
                    "api-key",
                    "x-goog-api-key",
                    "cookie");
    private static final byte[] NOTHING = new byte[0];

    /// One request while it is being answered. Written by its connection's thread, read by any.
    final class Entry {
        private final long number;
        private final ReceivedHead head;
        private final String path;
        private final Instant receivedAt = time.instant();
        private byte[] body = NOTHING;
        private long bodyBytes;
        private int status;
        private long bytesSent;
        private int eventsSent;
        private List<String> faults = List.of();
        private @Nullable Instant answeredAt;
        private @Nullable Instant finishedAt;
        private @Nullable Instant hungUpAt;

        Entry(long number, ReceivedHead head, String path) {
            this.number = number;
            this.head = head;
            this.path = path;
        }

        long number() {
            return number;
        }

        void body(byte[] bytes) {
            synchronized (this) {
                bodyBytes = bytes.length;
                body = bytes.length <= BODY_MAX ? bytes : Arrays.copyOf(bytes, BODY_MAX);
            }
            changed();
        }

        synchronized void faults(List<String> words) {
            faults = words;
        }

        synchronized void answered(int code) {
            status = code;
            answeredAt = time.instant();
        }

        void sent(long bytes) {
            synchronized (this) {
                bytesSent += bytes;
            }
            changed();
        }

        synchronized void sentEvent() {
            eventsSent++;
        }

        void finished() {
            synchronized (this) {
                finishedAt = time.instant();
            }
            changed();
        }

        void hungUp() {
            synchronized (this) {
                hungUpAt = time.instant();
            }
            changed();
        }

        synchronized ReceivedRequest snapshot() {
            return new ReceivedRequest(
                    number,
                    head.method(),
                    path,
                    maskedQuery(head.query()),
                    head.headers().stream().map(RequestLog::masked).toList(),
                    new String(body, StandardCharsets.UTF_8),
                    bodyBytes,
                    new ReceivedRequest.Sent(
                            status == 0 ? OptionalInt.empty() : OptionalInt.of(status),
                            bytesSent,
                            eventsSent),
                    new ReceivedRequest.Times(
                            receivedAt,
                            Optional.ofNullable(answeredAt),
                            Optional.ofNullable(finishedAt),
                            Optional.ofNullable(hungUpAt)),
                    faults);
        }
    }

    private final int kept;
    private final Time time;
    private final Deque<Entry> entries = new ArrayDeque<>();
    private long count;

    private final ReentrantLock watch = new ReentrantLock();
    private final Condition change = watch.newCondition();

    /// Asked before `watch` is taken, so that nobody waiting costs nothing.
    private final AtomicInteger watchers = new AtomicInteger();

    /// @param kept how many requests are remembered, the oldest being forgotten first
    RequestLog(int kept, Time time) {
        this.kept = kept;
        this.time = time;
    }

    Entry open(ReceivedHead head, String path) {
        Entry entry = added(head, path);
        changed();
        return entry;
    }

    private synchronized Entry added(ReceivedHead head, String path) {
        count++;
        var entry = new Entry(count, head, path);
        if (kept > 0) {
            if (entries.size() >= kept) {
                entries.removeFirst();
            }
            entries.addLast(entry);
        }
        return entry;
    }

    /// How many requests came since the start, whether remembered or not.
    synchronized long count() {
        return count;
    }

    synchronized void forget() {
        entries.clear();
    }

    /// The oldest first.
    List<ReceivedRequest> requests() {
        List<Entry> now;
        synchronized (this) {
            now = new ArrayList<>(entries);
        }
        return now.stream().map(Entry::snapshot).toList();
    }

    /// Blocks until some remembered request satisfies `wanted`; empty after `atMost`. Looks when a
    /// request comes, its body is read, it is complete, or its client hangs up.
    Optional<ReceivedRequest> await(Predicate<ReceivedRequest> wanted, Duration atMost)
            throws InterruptedException {
        long left = atMost.toNanos();
        watch.lock();
        try {
            watchers.incrementAndGet();
            while (true) {
                Optional<ReceivedRequest> found = requests().stream().filter(wanted).findFirst();
                if (found.isPresent() || left <= 0) {
                    return found;
                }
                left = change.awaitNanos(left);
            }
        } finally {
            watchers.decrementAndGet();
            watch.unlock();
        }
    }

    private void changed() {
        if (watchers.get() == 0) {
            return;
        }
        watch.lock();
        try {
            change.signalAll();
        } finally {
            watch.unlock();
        }
    }

    private static Header masked(Header header) {
        if (!SECRET.contains(header.name().toLowerCase(Locale.ROOT))) {
            return header;
        }
        int space = header.value().indexOf(' ');
        String scheme = space < 0 ? "" : header.value().substring(0, space + 1);
        return new Header(
                header.name(), scheme + masked(header.value().substring(scheme.length())));
    }

    private static String maskedQuery(String query) {
        var masked = new StringBuilder();
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            boolean secret = equals > 0 && pair.substring(0, equals).endsWith("key");
            masked.append(masked.isEmpty() ? "" : "&")
                    .append(
                            secret
                                    ? pair.substring(0, equals + 1)
                                            + masked(pair.substring(equals + 1))
                                    : pair);
        }
        return masked.toString();
    }

    /// `sk-…f3a9`: enough to tell keys apart, too little to use one.
    static String masked(String secret) {
        if (secret.length() < 8) {
            return "…";
        }
        String end = secret.substring(secret.length() - (secret.length() < 12 ? 2 : 4));
        return (secret.length() < 12 ? "" : secret.substring(0, 3)) + "…" + end;
    }
}
