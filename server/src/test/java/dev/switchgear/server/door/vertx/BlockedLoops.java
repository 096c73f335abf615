package dev.switchgear.server.door.vertx;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import jdk.jfr.FlightRecorder;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingStream;

/// Sees what holds an event loop up, by the JDK's flight recorder: files, names, processes, blocking
/// sockets, sleep, and any wait but that for a lock. A lock is held for some steps by who does not wait
/// meanwhile; all else ends when somebody else pleases.
///
/// On a loop stands its own thread, and each virtual thread that runs on it. Such a one lets go of the
/// loop when it waits, and so may wait for what it likes, unless it is pinned.
final class BlockedLoops implements AutoCloseable {
    private static final String PINNED = "jdk.VirtualThreadPinned";
    private static final String MONITOR_WAIT = "jdk.JavaMonitorWait";

    /// Any of these blocks a loop.
    private static final List<String> DEEDS =
            List.of(
                    "jdk.FileRead",
                    "jdk.FileWrite",
                    "jdk.FileForce",
                    "jdk.ProcessStart",
                    PINNED,
                    LookedUpNames.EVENT);

    /// Any of these blocks a loop whose own thread does it.
    private static final List<String> WAITS =
            List.of(
                    "jdk.SocketRead",
                    "jdk.SocketWrite",
                    "jdk.ThreadSleep",
                    "jdk.ThreadPark",
                    MONITOR_WAIT);

    /// Who stands in the stack of one that may: a class is read from its file once, and a lock is no
    /// wait for somebody else's pleasure.
    private static final Set<String> MAY =
            Set.of(
                    "java.lang.ClassLoader.loadClass",
                    "java.util.concurrent.locks.ReentrantLock.lock",
                    "java.util.concurrent.locks.ReentrantReadWriteLock$ReadLock.lock",
                    "java.util.concurrent.locks.ReentrantReadWriteLock$WriteLock.lock");

    /// Sockets that do not block tell of their reads and writes as well, and the system's random bytes
    /// are a file that never lets one wait. Lines of the log are written by who says them in tests only.
    private static final List<String> NEVER_BLOCK =
            List.of(
                    "io.netty.channel.socket.nio.",
                    "dev.switchgear.wire.http.WatchedSocket.",
                    "dev.switchgear.server.door.vertx.DoorTransport$Socket.",
                    "sun.security.provider.NativePRNG$RandomIO.",
                    "ch.qos.logback.core.OutputStreamAppender.");

    private final RecordingStream stream = new RecordingStream();
    private final List<String> found = new ArrayList<>();

    private BlockedLoops(Predicate<String> loops, Predicate<String> excepted) {
        // Before anybody looks a name up: what is told first would be lost.
        FlightRecorder.register(LookedUpNames.Lookup.class);
        stream.setReuse(false);
        stream.setMaxSize(32 * 1024 * 1024);
        for (String deed : DEEDS) {
            stream.enable(deed).withThreshold(Duration.ZERO).withStackTrace();
            stream.onEvent(deed, event -> look(event, loops, excepted));
        }
        for (String wait : WAITS) {
            stream.enable(wait).withThreshold(Duration.ZERO).withStackTrace();
            stream.onEvent(
                    wait,
                    event -> {
                        RecordedThread thread = event.getThread();
                        if (thread != null && !thread.isVirtual()) {
                            look(event, loops, excepted);
                        }
                    });
        }
    }

    /// @param loops threads to look at, by name
    /// @param excepted methods that may block them, by their names with their class's
    static BlockedLoops watch(Predicate<String> loops, Predicate<String> excepted) {
        var watch = new BlockedLoops(loops, excepted);
        watch.stream.startAsync();
        return watch;
    }

    private void look(RecordedEvent event, Predicate<String> loops, Predicate<String> excepted) {
        RecordedThread thread = event.getThread();
        if (thread == null || thread.getJavaName() == null || !loops.test(thread.getJavaName())) {
            return;
        }
        String kind = event.getEventType().getName();
        List<String> stack = stack(event.getStackTrace());
        if (stack.stream().anyMatch(method -> may(method) || excepted.test(method))
                || isForLockOrClass(event, stack)) {
            return;
        }
        String what =
                "%s on %s for %d us%n    %s"
                        .formatted(
                                kind,
                                thread.getJavaName(),
                                event.getDuration().toNanos() / 1000,
                                String.join(System.lineSeparator() + "    ", stack));
        synchronized (found) {
            found.add(what);
        }
    }

    /// Whether a pinned thread waits for a lock, which the JVM also takes to link a class, or for another
    /// thread that initializes one: once for each class, and who blocks there is seen by itself.
    private static boolean isForLockOrClass(RecordedEvent event, List<String> stack) {
        return switch (event.getEventType().getName()) {
            case PINNED ->
                    event.getString("blockingOperation").equals("Contended monitor enter")
                            || event.getString("pinnedReason")
                                    .startsWith("Waited for initialization of");
            // The JVM's own wait, which no method of Object asked for.
            case MONITOR_WAIT ->
                    stack.stream().noneMatch(method -> method.startsWith("java.lang.Object.wait"));
            default -> false;
        };
    }

    private static boolean may(String method) {
        return MAY.contains(method) || NEVER_BLOCK.stream().anyMatch(method::startsWith);
    }

    private static List<String> stack(RecordedStackTrace trace) {
        return trace == null
                ? List.of()
                : trace.getFrames().stream().map(BlockedLoops::method).toList();
    }

    private static String method(RecordedFrame frame) {
        return frame.getMethod().getType().getName() + "." + frame.getMethod().getName();
    }

    /// What was found and not yet taken.
    List<String> take() {
        synchronized (found) {
            var taken = List.copyOf(found);
            found.clear();
            return taken;
        }
    }

    /// Ends the watch; whatever has happened until now is found.
    @Override
    public void close() {
        stream.stop();
        stream.close();
    }
}
