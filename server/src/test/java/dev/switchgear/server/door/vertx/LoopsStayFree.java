package dev.switchgear.server.door.vertx;

import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/// Every test of this module also fails where something blocked an event loop: JUnit finds this
/// extension by itself. What is recorded comes a second later, so that it may be the next class that
/// fails, and for the last one the process of the tests; the stack tells who it was.
public final class LoopsStayFree implements AfterAllCallback, LauncherSessionListener {
    private static final Pattern LOOP = Pattern.compile("vert\\.x-eventloop-thread-\\d+|loop \\d+");

    /// Blocks loops to see what becomes of them.
    private static final String ON_PURPOSE = EventLoopsTest.class.getName();

    /// One for the process of the tests.
    private static final class Watch {
        static final BlockedLoops THE_ONE =
                BlockedLoops.watch(
                        name -> LOOP.matcher(name).matches(),
                        method -> method.startsWith(ON_PURPOSE));
    }

    @Override
    public void afterAll(ExtensionContext context) {
        List<String> found = Watch.THE_ONE.take();
        if (!found.isEmpty()) {
            throw new AssertionError("An event loop was blocked: " + found);
        }
    }

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        Watch.THE_ONE.take();
    }

    @Override
    public void launcherSessionClosed(LauncherSession session) {
        Watch.THE_ONE.close();
        List<String> found = Watch.THE_ONE.take();
        if (!found.isEmpty()) {
            System.err.println("An event loop was blocked: " + found);
            Runtime.getRuntime().halt(1);
        }
    }
}
