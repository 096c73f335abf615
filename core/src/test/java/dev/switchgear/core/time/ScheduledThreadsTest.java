package dev.switchgear.core.time;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class ScheduledThreadsTest {
    private final Queue<Runnable> given = new ArrayDeque<>();
    private final ArrayList<String> done = new ArrayList<>();

    @Test
    void a_virtual_thread_runs_where_its_scheduler_runs_it_and_nowhere_else() {
        Threads threads = Threads.virtual(given::add, "here").orElseThrow();

        Thread thread =
                threads.start(() -> {
                    done.add(Thread.currentThread().getName());
                    LockSupport.park();
                    done.add("on");
                });

        assertThat(thread.isVirtual()).isTrue();
        assertThat(done).as("nobody has run it").isEmpty();
        given.remove().run();
        assertThat(done).containsExactly("here");
        assertThat(given).as("it waits").isEmpty();
        LockSupport.unpark(thread);
        assertThat(done).as("nobody has run it on").hasSize(1);
        given.remove().run();
        assertThat(done).containsExactly("here", "on");
        assertThat(thread.isAlive()).isFalse();
    }

    @Test
    void what_a_thread_starts_does_not_run_where_it_runs_itself() throws Exception {
        var ran = new CompletableFuture<String>();
        Threads.virtual(given::add, "here")
                .orElseThrow()
                .start(() -> Threads.virtual().start(() -> ran.complete("beside")));

        given.remove().run();

        assertThat(ran.get(20, TimeUnit.SECONDS)).isEqualTo("beside");
        assertThat(given).isEmpty();
    }

    /// The JDK's threads that wait for sockets are virtual ones too, and made by who waits first: in a
    /// JVM of its own, where nobody has waited yet.
    @Test
    void who_waits_first_for_a_socket_keeps_no_thread_of_the_jdks_on_its_scheduler()
            throws Exception {
        assertThat(said(FirstToWait.class, "--add-opens=java.base/java.lang=ALL-UNNAMED"))
                .isEqualTo("1 on the scheduler");
    }

    static final class FirstToWait {
        private FirstToWait() {}

        public static void main(String[] arguments) throws Exception {
            var given = new LinkedBlockingQueue<Runnable>();
            try (ServerSocketChannel server = ServerSocketChannel.open()) {
                server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                SocketAddress address = server.getLocalAddress();
                Thread thread =
                        Threads.virtual(given::add, "here")
                                .orElseThrow()
                                .start(() -> {
                                    try (SocketChannel client = SocketChannel.open(address)) {
                                        var _ = client.read(ByteBuffer.allocate(1));
                                    } catch (IOException e) {
                                        throw new UncheckedIOException(e);
                                    }
                                });
                // What the JDK hands a scheduler is the same for all turns of a thread.
                var threads = new HashSet<Runnable>();
                Runnable turn = given.take();
                turn.run();
                try (SocketChannel accepted = server.accept()) {
                    accepted.write(ByteBuffer.wrap(new byte[1]));
                    while (thread.isAlive() && turn != null) {
                        threads.add(turn);
                        turn = given.poll(20, TimeUnit.SECONDS);
                        if (turn != null) {
                            turn.run();
                        }
                    }
                }
                System.out.println(threads.size() + " on the scheduler");
            }
        }
    }

    @Test
    void a_jdk_that_keeps_its_scheduler_to_itself_gives_none() throws Exception {
        assertThat(said(Closed.class)).isEqualTo("none");
    }

    /// The last line that a program says in a JVM of its own.
    private static String said(Class<?> program, String... options) throws Exception {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xshare:auto", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of(options));
        command.addAll(
                List.of(
                        "-cp",
                        place(Threads.class) + File.pathSeparator + place(program),
                        program.getName()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new String(process.getInputStream().readAllBytes(), UTF_8)
                .lines()
                .toList()
                .getLast();
    }

    private static Path place(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    /// Run in a JVM of its own, which opens nothing.
    static final class Closed {
        private Closed() {}

        public static void main(String[] arguments) {
            System.out.println(Threads.virtual(Runnable::run, "x").isPresent() ? "some" : "none");
        }
    }
}
