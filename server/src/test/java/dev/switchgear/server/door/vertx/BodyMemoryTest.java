package dev.switchgear.server.door.vertx;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.time.SystemTime;
import dev.switchgear.core.time.Threads;
import dev.switchgear.server.door.BodyBudget;
import dev.switchgear.server.door.Door;
import dev.switchgear.server.door.DoorSettings;
import dev.switchgear.server.door.HttpExchange;
import dev.switchgear.server.door.RawClient;
import dev.switchgear.server.door.ResponseHead;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A door with one mebibyte for all bodies, of which large ones may take seven eighths.
class BodyMemoryTest {
    private static final int KIB = 1024;
    private static final String CHUNKED = "transfer-encoding: chunked";

    private final CountDownLatch mayAnswer = new CountDownLatch(1);
    private final CountDownLatch holding = new CountDownLatch(1);
    private final Door door =
            VertxDoor.open(
                    new DoorSettings(
                            "127.0.0.1",
                            0,
                            new DoorSettings.Limits(
                                    16 * KIB,
                                    100,
                                    2 * KIB * KIB,
                                    Duration.ofSeconds(10),
                                    Duration.ofMillis(300),
                                    1024,
                                    Duration.ofSeconds(20),
                                    Duration.ofSeconds(20),
                                    1000,
                                    100),
                            Optional.empty(),
                            KIB * KIB),
                    this::answer,
                    (status, message) -> (status + " " + message).getBytes(UTF_8),
                    EventLoops.start(),
                    Threads.virtual(),
                    new SystemTime());

    @AfterEach
    void close() {
        mayAnswer.countDown();
        door.close();
    }

    /// `/held` is answered when the test says so; all others by how many bytes came, and their sum.
    /// Who answers `/works-on` goes on with the body until the test says so.
    private void answer(HttpExchange exchange) {
        if (exchange.path().equals("/held") && !mayGoOn()) {
            return;
        }
        long sum = 0;
        for (byte b : exchange.body()) {
            sum = 31 * sum + b;
        }
        exchange.respond(
                ResponseHead.of(200), (exchange.body().length + " " + sum).getBytes(UTF_8));
        if (exchange.path().equals("/works-on")) {
            assertThat(mayGoOn()).isTrue();
        }
    }

    private boolean mayGoOn() {
        holding.countDown();
        try {
            assertThat(mayAnswer.await(20, SECONDS)).isTrue();
            return true;
        } catch (InterruptedException gone) {
            return false;
        }
    }

    /// A moment after the client has its answer.
    private void allIsGivenBack() {
        long end = System.nanoTime() + SECONDS.toNanos(10);
        while (((VertxDoor) door).memory().taken() > 0 && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        assertThat(((VertxDoor) door).memory().taken()).as("still taken").isZero();
    }

    private static byte[] body(int bytes) {
        byte[] body = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            body[i] = (byte) (i * 7 + i / 251);
        }
        return body;
    }

    private static String said(int bytes) {
        long sum = 0;
        for (byte b : body(bytes)) {
            sum = 31 * sum + b;
        }
        return bytes + " " + sum;
    }

    private RawClient head(String path, String length) throws IOException {
        return new RawClient(door.port())
                .send(
                        "POST "
                                + path
                                + " HTTP/1.1\r\nhost: x\r\nconnection: close\r\n"
                                + length
                                + "\r\n\r\n");
    }

    private RawClient sent(String path, int bytes) throws IOException {
        return head(path, "content-length: " + bytes).send(body(bytes));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1000, 16 * KIB, 16 * KIB + 1, 64 * KIB, 100_000, 300_000, 440_000})
    void a_body_arrives_as_it_was_sent_in_whichever_pieces_it_comes(int bytes) throws Exception {
        byte[] body = body(bytes);
        for (int piece : new int[] {Math.max(1, bytes), 7_000, 63}) {
            for (String length : new String[] {"content-length: " + bytes, CHUNKED}) {
                try (RawClient client = head("/", length)) {
                    inPieces(client, body, piece, length.equals(CHUNKED));

                    assertThat(client.readAll()).endsWith("\r\n\r\n" + said(bytes));
                }
            }
        }
        allIsGivenBack();
    }

    /// Small pieces only for a while.
    private static void inPieces(RawClient client, byte[] body, int piece, boolean chunked)
            throws IOException {
        int from = 0;
        while (from < body.length) {
            int to = from < 100 * piece ? Math.min(body.length, from + piece) : body.length;
            byte[] part = Arrays.copyOfRange(body, from, to);
            if (chunked) {
                client.send(Integer.toHexString(part.length) + "\r\n").send(part).send("\r\n");
            } else {
                client.send(part);
            }
            from = to;
        }
        if (chunked) {
            client.send("0\r\n\r\n");
        }
    }

    @Test
    void a_body_waits_for_memory_without_being_cut_for_that_and_small_ones_pass_it()
            throws Exception {
        try (RawClient held = sent("/held", 300 * KIB);
                RawClient waits = head("/", "content-length: " + 250 * KIB)) {
            assertThat(holding.await(10, SECONDS)).isTrue();
            Thread.ofVirtual()
                    .start(() -> {
                        try {
                            waits.send(body(250 * KIB));
                        } catch (IOException closed) {
                            // What it is answered tells the test more.
                            mayAnswer.countDown();
                        }
                    });
            long end = System.nanoTime() + SECONDS.toNanos(10);
            while (!((VertxDoor) door).memory().crowded()) {
                assertThat(System.nanoTime()).as("waiting for a crowd").isLessThan(end);
                Thread.onSpinWait();
            }
            long began = System.nanoTime();
            int small = 0;
            while (System.nanoTime() - began < Duration.ofMillis(900).toNanos()) {
                try (RawClient passes = sent("/", 30 * KIB)) {
                    assertThat(passes.readAll()).endsWith(said(30 * KIB));
                    small++;
                }
            }
            mayAnswer.countDown();

            assertThat(waits.readAll()).startsWith("HTTP/1.1 200 ").endsWith(said(250 * KIB));
            assertThat(held.readAll()).endsWith(said(300 * KIB));
            assertThat(small).isPositive();
        }
    }

    @Test
    void after_its_patience_it_is_told_503_and_its_memory_is_free_for_others() throws Exception {
        try (RawClient held = sent("/held", 300 * KIB)) {
            assertThat(holding.await(10, SECONDS)).isTrue();
            long began = System.nanoTime();
            try (RawClient waits = sent("/", 250 * KIB)) {
                assertThat(waits.readAll())
                        .startsWith("HTTP/1.1 503 ")
                        .contains("connection: close", "body-memory");
            }

            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .isBetween(
                            BodyBudget.PATIENCE.minusMillis(500),
                            BodyBudget.PATIENCE.plusSeconds(6));
            try (RawClient next = sent("/", 100 * KIB)) {
                assertThat(next.readAll()).endsWith(said(100 * KIB));
            }
            mayAnswer.countDown();
            assertThat(held.readAll()).endsWith(said(300 * KIB));
        }
        allIsGivenBack();
    }

    @Test
    void a_body_that_is_still_worked_with_is_not_free_for_others_though_it_is_answered()
            throws Exception {
        try (RawClient answered = sent("/works-on", 300 * KIB)) {
            assertThat(answered.readAll()).endsWith(said(300 * KIB));
            assertThat(holding.await(10, SECONDS)).isTrue();

            assertThat(((VertxDoor) door).memory().taken()).isGreaterThanOrEqualTo(300 * KIB);

            mayAnswer.countDown();
        }
        allIsGivenBack();
    }

    @Test
    void two_half_sent_bodies_do_not_lock_each_other() throws Exception {
        try (RawClient one = head("/", "content-length: " + 400 * KIB);
                RawClient other = head("/", "content-length: " + 400 * KIB)) {
            byte[] body = body(400 * KIB);
            one.send(Arrays.copyOf(body, 200 * KIB));
            other.send(Arrays.copyOf(body, 200 * KIB));
            Thread.ofVirtual().start(() -> rest(one, body));
            Thread.ofVirtual().start(() -> rest(other, body));

            String first = one.readAll();
            String second = other.readAll();

            assertThat(first).matches("(?s)HTTP/1\\.1 (200|503) .*");
            assertThat(second).matches("(?s)HTTP/1\\.1 (200|503) .*");
            assertThat(first + second).contains("HTTP/1.1 200 ");
        }
    }

    private static void rest(RawClient client, byte[] body) {
        try {
            client.send(Arrays.copyOfRange(body, 200 * KIB, 400 * KIB));
        } catch (IOException closed) {
            assertThat(closed).isNotNull();
        }
    }

    @Test
    void what_is_promised_takes_nothing_and_who_leaves_gives_everything_back() throws Exception {
        try (RawClient promises = head("/", "content-length: " + 440 * KIB)) {
            promises.send(new byte[] {1});
            try (RawClient next = sent("/", 400 * KIB)) {
                assertThat(next.readAll()).endsWith(said(400 * KIB));
            }
        }
        RawClient leaves = head("/", "content-length: " + 440 * KIB);
        leaves.send(body(400 * KIB));
        while (((VertxDoor) door).memory().taken() < 600 * KIB) {
            Thread.onSpinWait();
        }
        leaves.hangUp();
        try (RawClient next = sent("/", 400 * KIB)) {
            assertThat(next.readAll()).endsWith(said(400 * KIB));
        }
    }

    @Test
    void what_would_not_fit_alone_is_too_large() throws Exception {
        try (RawClient large = head("/", "content-length: " + 500 * KIB)) {
            Thread.ofVirtual()
                    .start(() -> {
                        try {
                            large.send(body(500 * KIB));
                        } catch (IOException closed) {
                            assertThat(closed).isNotNull();
                        }
                    });
            assertThat(large.readAll()).startsWith("HTTP/1.1 413 ").contains("body-memory");
        }
    }

    @Test
    void a_large_body_that_stands_still_gives_way_to_one_that_waits() throws Exception {
        try (RawClient stands = head("/", CHUNKED)) {
            stands.send("4b000\r\n").send(body(300 * KIB));
            while (((VertxDoor) door).memory().taken() < 600 * KIB) {
                Thread.onSpinWait();
            }
            try (RawClient waits = sent("/", 300 * KIB)) {
                assertThat(waits.readAll()).endsWith(said(300 * KIB));
            }
            assertThat(stands.readAll()).matches("(?s)HTTP/1\\.1 (503|408) .*");
        }
    }
}
