package dev.switchgear.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.switchgear.server.door.RawClient;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// A request whose body goes on coming, slowly, and so keeps the memory that it has, until it is closed.
final class HeldBody implements AutoCloseable {
    private final CountDownLatch enough = new CountDownLatch(1);
    private final Thread sender;

    private HeldBody(int port, long bytes, CompletableFuture<Boolean> held) {
        this.sender = Thread.startVirtualThread(() -> send(port, bytes, held));
    }

    /// @param bytes that have come when this returns
    static HeldBody of(int port, long bytes) throws Exception {
        var held = new CompletableFuture<Boolean>();
        var body = new HeldBody(port, bytes, held);
        held.get(20, TimeUnit.SECONDS);
        return body;
    }

    private void send(int port, long bytes, CompletableFuture<Boolean> held) {
        try (var client = new RawClient(port)) {
            client.send(
                    "POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-length: "
                            + 2 * bytes
                            + "\r\n\r\n");
            client.send("{".repeat((int) bytes).getBytes(ISO_8859_1));
            held.complete(true);
            while (!enough.await(100, TimeUnit.MILLISECONDS)) {
                client.send("{".repeat(1000));
            }
        } catch (IOException | InterruptedException failure) {
            held.completeExceptionally(failure);
        }
    }

    @Override
    public void close() {
        enough.countDown();
        try {
            sender.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
