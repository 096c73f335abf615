package dev.switchgear.server.demo;

import dev.switchgear.core.time.Threads;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.IntPredicate;
import org.jline.terminal.Attributes;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.NonBlockingReader;

/// Reads single keys from the terminal, which for that time neither echoes nor waits for Enter.
/// Signals stay the JVM's: Ctrl-C still interrupts.
public final class Keys implements AutoCloseable {
    private static final long WAIT_MILLIS = 250;

    private final Terminal terminal;
    private volatile boolean closed;

    private Keys(Terminal terminal) {
        this.terminal = terminal;
        terminal.enterRawMode();
        Attributes keys = terminal.getAttributes();
        keys.setLocalFlag(Attributes.LocalFlag.ISIG, true);
        terminal.setAttributes(keys);
    }

    /// Hands each key to `pressed` until that says no.
    ///
    /// @param threads one is started, which waits in the terminal's native code
    /// @throws IOException where there is no terminal after all
    public static Keys listen(IntPredicate pressed, Threads threads) throws IOException {
        var keys =
                new Keys(
                        TerminalBuilder.builder()
                                .system(true)
                                .dumb(false)
                                .nativeSignals(false)
                                .build());
        var _ = threads.start(() -> keys.read(pressed));
        return keys;
    }

    private void read(IntPredicate pressed) {
        NonBlockingReader reader = terminal.reader();
        while (!closed) {
            try {
                int key = reader.read(WAIT_MILLIS);
                if (key == NonBlockingReader.EOF) {
                    return;
                }
                if (key >= 0 && !pressed.test(key)) {
                    return;
                }
            } catch (IOException gone) {
                // The terminal was closed, by us or by the person: no more keys will come.
                return;
            }
        }
    }

    /// Leaves the terminal as it was. At the JVM's end JLine may have done so already; closing it again
    /// does nothing.
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            terminal.close();
        } catch (IOException gone) {
            throw new UncheckedIOException("the terminal could not be restored", gone);
        }
    }
}
