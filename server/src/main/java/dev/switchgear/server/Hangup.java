package dev.switchgear.server;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/// SIGHUP, the signal by which operators ask a server to read its configuration again.
final class Hangup {
    private Hangup() {}

    /// Runs `task` at each SIGHUP; false where the system has no such signal.
    ///
    /// `sun.misc.Signal` (module `jdk.unsupported`) is the only way a Java program hears a signal: the
    /// JDK has no supported one, and keeps this one for that reason (JEP 260). It is reached by
    /// reflection because javac warns of its name in a way that nothing can suppress.
    static boolean onHangup(Runnable task) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            MethodHandle run =
                    MethodHandles.lookup().bind(task, "run", MethodType.methodType(void.class));
            Object ours =
                    MethodHandleProxies.asInterfaceInstance(
                            handler, MethodHandles.dropArguments(run, 0, signal));
            Object hangup = signal.getConstructor(String.class).newInstance("HUP");
            signal.getMethod("handle", signal, handler).invoke(null, hangup, ours);
            return true;
        } catch (ReflectiveOperationException unknownHere) {
            return false;
        }
    }
}
