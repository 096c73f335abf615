package dev.switchgear.server.door.vertx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.time.Threads;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

// What nobody should do is done here on purpose.
@SuppressWarnings({"ImmutableEnumChecker", "LockNotBeforeTry", "WaitNotInLoop"})
@Timeout(60)
final class BlockedLoopsTest {
    /// Not as loops are called, or the tests that look at those would fail.
    private static final String PROBE = "a loop for a trial";

    private static final AtomicInteger LOOK_UPS = new AtomicInteger();

    private interface Step {
        void run() throws Exception;
    }

    /// What a loop, or a thread that runs on it, might do; and whether that holds it up.
    enum Deed {
        SLEEP(true, false, () -> Thread.sleep(1)),
        PARK(true, false, () -> LockSupport.parkNanos(1000)),
        FUTURE(
                true,
                false,
                () ->
                        new CompletableFuture<>()
                                .completeOnTimeout("", 1, TimeUnit.MILLISECONDS)
                                .get()),
        LATCH(true, false, () -> new CountDownLatch(1).await(1, TimeUnit.MILLISECONDS)),
        CONDITION(true, false, Deed::awaitCondition),
        WAIT(true, false, Deed::waitForMonitor),
        FILE(true, true, () -> Files.readString(Path.of("/proc/self/stat"))),
        WRITTEN(true, true, Deed::writeFile),
        NAME(true, true, Deed::lookUp),
        PROCESS(true, true, () -> new ProcessBuilder("true").start().waitFor()),
        SOCKET(true, false, Deed::readSocket),
        PINNED(true, true, Deed::sleepInInitializer),
        LOCK(false, false, Deed::waitForLock),
        MONITOR(false, false, Deed::waitForMonitorInInitializer),
        INITIALIZED(false, false, Deed::waitForInitializer),
        SUMS(false, false, () -> Math.addExact(1, 2));

        private final boolean blocksLoop;
        private final boolean blocksAsThread;
        private final Step step;

        Deed(boolean blocksLoop, boolean blocksAsThread, Step step) {
            this.blocksLoop = blocksLoop;
            this.blocksAsThread = blocksAsThread;
            this.step = step;
        }

        /// The JDK remembers names as they were written: each time another way.
        private static void lookUp() throws UnknownHostException {
            char[] name = "localhost".toCharArray();
            int number = LOOK_UPS.getAndIncrement();
            for (int i = 0; i < name.length; i++) {
                if ((number >> i & 1) == 1) {
                    name[i] = Character.toUpperCase(name[i]);
                }
            }
            assertThat(InetAddress.getAllByName(new String(name))).isNotEmpty();
        }

        private static void awaitCondition() throws InterruptedException {
            var lock = new ReentrantLock();
            lock.lock();
            try {
                var _ = lock.newCondition().await(1, TimeUnit.MILLISECONDS);
            } finally {
                lock.unlock();
            }
        }

        private static void waitForMonitor() throws InterruptedException {
            var monitor = new Object();
            synchronized (monitor) {
                monitor.wait(1);
            }
        }

        private static void writeFile() throws IOException {
            Path file = Files.createTempFile("written", "");
            Files.writeString(file, "x");
            Files.delete(file);
        }

        private static void readSocket() throws IOException {
            try (ServerSocketChannel server = ServerSocketChannel.open()) {
                server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                var to = (InetSocketAddress) server.getLocalAddress();
                try (Socket client = new Socket(to.getAddress(), to.getPort());
                        SocketChannel accepted = server.accept()) {
                    accepted.write(ByteBuffer.wrap(new byte[1]));
                    assertThat(client.getInputStream().read()).isZero();
                }
            }
        }

        private static void sleepInInitializer() throws Exception {
            new Anew(() -> LockSupport.parkNanos(1_000_000)).initialize();
        }

        /// As where the JVM links a class that another thread links.
        private static void waitForMonitorInInitializer() throws Exception {
            Thread waiter = Thread.currentThread();
            var monitor = new Object();
            var has = new CountDownLatch(1);
            Thread.ofPlatform()
                    .start(() -> {
                        synchronized (monitor) {
                            has.countDown();
                            while (waiter.getState() != Thread.State.BLOCKED) {
                                Thread.onSpinWait();
                            }
                        }
                    });
            spinFor(has);
            new Anew(
                            () -> {
                                synchronized (monitor) {
                                    assertThat(has.getCount()).isZero();
                                }
                            })
                    .initialize();
        }

        /// A thread that waits so counts as running: nobody can see that it has begun to, and so the
        /// initializer takes its time.
        private static void waitForInitializer() throws Exception {
            var begun = new CountDownLatch(1);
            var loader =
                    new Anew(() -> {
                        begun.countDown();
                        LockSupport.parkNanos(20_000_000);
                    });
            Thread.ofPlatform()
                    .start(() -> {
                        try {
                            loader.initialize();
                        } catch (ClassNotFoundException e) {
                            throw new IllegalStateException(e);
                        }
                    });
            spinFor(begun);
            loader.initialize();
        }

        private static void spinFor(CountDownLatch latch) {
            while (latch.getCount() > 0) {
                Thread.onSpinWait();
            }
        }

        private static void waitForLock() throws InterruptedException {
            var lock = new ReentrantLock();
            var has = new CountDownLatch(1);
            Thread other =
                    Thread.ofPlatform()
                            .start(() -> {
                                lock.lock();
                                try {
                                    has.countDown();
                                    while (!lock.hasQueuedThreads()) {
                                        Thread.onSpinWait();
                                    }
                                } finally {
                                    lock.unlock();
                                }
                            });
            spinFor(has);
            lock.lock();
            lock.unlock();
            while (other.isAlive()) {
                Thread.onSpinWait();
            }
        }
    }

    /// Its loader tells what its initializer does.
    static final class Initialized {
        static {
            ((Runnable) Initialized.class.getClassLoader()).run();
        }
    }

    /// Loads that class anew, since initializers run once a class.
    private static final class Anew extends ClassLoader implements Runnable {
        private static final String NAME = Initialized.class.getName();

        private static byte[] code = {};

        private final Runnable initializer;

        Anew(Runnable initializer) {
            this.initializer = initializer;
        }

        void initialize() throws ClassNotFoundException {
            Class.forName(NAME, true, this);
        }

        @Override
        public void run() {
            initializer.run();
        }

        @Override
        public Class<?> loadClass(String name) throws ClassNotFoundException {
            if (!name.equals(NAME)) {
                return super.loadClass(name);
            }
            synchronized (this) {
                Class<?> before = findLoadedClass(name);
                return before == null ? defineClass(NAME, code, 0, code.length) : before;
            }
        }
    }

    /// Files are read here and not by a loop: the JDK reads some when it opens its first socket.
    @BeforeAll
    static void reads_files() throws IOException {
        Deed.readSocket();
        try (var file = Anew.class.getResourceAsStream("BlockedLoopsTest$Initialized.class")) {
            Anew.code = file.readAllBytes();
        }
    }

    private static List<String> found(Threads threads, Deed deed) throws Exception {
        BlockedLoops watch = BlockedLoops.watch(PROBE::equals, _ -> false);
        try (watch) {
            var done = new CompletableFuture<String>();
            threads.start(() -> {
                try {
                    deed.step.run();
                    done.complete("");
                } catch (Throwable failure) {
                    done.completeExceptionally(failure);
                }
            });
            assertThat(done.get(20, TimeUnit.SECONDS)).isEmpty();
        }
        return watch.take();
    }

    @ParameterizedTest
    @EnumSource(Deed.class)
    void what_blocks_a_loop_is_found(Deed deed) throws Exception {
        List<String> found = found(Threads.platform(PROBE), deed);
        assertThat(!found.isEmpty()).as("%s", found).isEqualTo(deed.blocksLoop);
    }

    @ParameterizedTest
    @EnumSource(Deed.class)
    void a_thread_on_a_loop_may_wait_where_it_lets_go_of_it(Deed deed) throws Exception {
        var turns = new LinkedBlockingQueue<Runnable>();
        Thread carrier =
                Thread.ofPlatform()
                        .daemon()
                        .start(() -> {
                            try {
                                while (true) {
                                    turns.take().run();
                                }
                            } catch (InterruptedException _) {
                                Thread.currentThread().interrupt();
                            }
                        });
        try {
            Threads onLoop = Threads.virtual(turns::add, PROBE).orElseThrow();
            List<String> found = found(onLoop, deed);
            assertThat(!found.isEmpty()).as("%s", found).isEqualTo(deed.blocksAsThread);
        } finally {
            carrier.interrupt();
        }
    }
}
