package dev.switchgear.core.time;

import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;

/// Virtual threads on a scheduler of one's choice, by what the JDK has but does not show. Empty where it
/// has not, or does not let us.
///
/// A virtual thread that is started by another one inherits its scheduler. Whoever must not run there
/// has to say so: what the program starts beside a call, and the JDK's own threads that wait for
/// sockets, which come into being when somebody first waits.
final class ScheduledThreads {
    private ScheduledThreads() {}

    static Optional<Threads> on(Executor scheduler, String name) {
        try {
            Thread.Builder.OfVirtual builder = builder(scheduler).name(name);
            // Before any thread of another scheduler is the first to wait for a socket.
            Class.forName("sun.nio.ch.Poller");
            return Optional.of(started(builder));
        } catch (ReflectiveOperationException | InaccessibleObjectException unknown) {
            return Optional.empty();
        }
    }

    /// Threads on the JDK's scheduler, whoever starts them.
    static Optional<Threads> onJdkScheduler() {
        try {
            Method scheduler =
                    Class.forName("java.lang.VirtualThread").getDeclaredMethod("defaultScheduler");
            scheduler.setAccessible(true);
            return Optional.of(started(builder((Executor) scheduler.invoke(null))));
        } catch (ReflectiveOperationException | InaccessibleObjectException unknown) {
            return Optional.empty();
        }
    }

    private static Thread.Builder.OfVirtual builder(Executor scheduler)
            throws ReflectiveOperationException {
        var constructor =
                Class.forName("java.lang.ThreadBuilders$VirtualThreadBuilder")
                        .getDeclaredConstructor(Executor.class);
        constructor.setAccessible(true);
        return (Thread.Builder.OfVirtual) constructor.newInstance(scheduler);
    }

    private static Threads started(Thread.Builder.OfVirtual builder) {
        ThreadFactory factory = builder.inheritInheritableThreadLocals(false).factory();
        return task -> {
            Thread thread = factory.newThread(task);
            thread.start();
            return thread;
        };
    }
}
