package dev.switchgear.server;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/// What the system tells a program from outside.
final class Signals {
    private Signals() {}

    /// Runs `task` at each signal of that name (`HUP`, `TERM`), on a thread of the JVM; false where the
    /// system has no such signal, or lets nobody hear it.
    ///
    /// `sun.misc.Signal` (module `jdk.unsupported`) is the only way a Java program hears a signal: the
    /// JDK has no supported one, and keeps this one for that reason (JEP 260). It is reached by
    /// reflection because javac warns of its name in a way that nothing can suppress.
    static boolean on(String name, Runnable task) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            MethodHandle run =
                    MethodHandles.lookup().bind(task, "run", MethodType.methodType(void.class));
            Object ours =
                    MethodHandleProxies.asInterfaceInstance(
                            handler, MethodHandles.dropArguments(run, 0, signal));
            Object heard = signal.getConstructor(String.class).newInstance(name);
            signal.getMethod("handle", signal, handler).invoke(null, heard, ours);
            return true;
        } catch (ReflectiveOperationException unknownHere) {
            return false;
        }
    }
}
