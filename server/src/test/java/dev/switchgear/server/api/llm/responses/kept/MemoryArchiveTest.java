package dev.switchgear.server.api.llm.responses.kept;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.time.ManualTime;
import dev.switchgear.server.api.llm.responses.kept.KeptResponses.Bounds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MemoryArchiveTest {
    private static final Duration KEEP = Duration.ofHours(1);
    private static final long MUCH = 100L * 1024 * 1024;

    private final ManualTime time = new ManualTime();

    /// Each word of a document is an item in it.
    private MemoryArchive archive(Duration keep, long bytes, int count) {
        return new MemoryArchive(
                new Bounds(keep, bytes, count),
                content -> List.of(new String(content, UTF_8).split(" ", -1)),
                time);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static Optional<String> text(Archive archive, String client, String id) {
        return archive.get(client, id).map(content -> new String(content, UTF_8));
    }

    @Test
    void a_document_comes_back_as_it_was() {
        MemoryArchive archive = archive(KEEP, MUCH, 10);

        archive.put("one", "a", bytes("first"));
        archive.put("one", "b", bytes("second"));
        archive.put("one", "a", bytes("third"));

        assertThat(text(archive, "one", "a")).contains("third");
        assertThat(text(archive, "one", "b")).contains("second");
        assertThat(text(archive, "one", "c")).isEmpty();
        assertThat(archive.count()).isEqualTo(2);
    }

    @Test
    void another_client_finds_nothing_by_any_name() {
        MemoryArchive archive = archive(KEEP, MUCH, 10);
        archive.put("one", "a", bytes("item"));

        assertThat(archive.get("two", "a")).isEmpty();
        assertThat(archive.holding("two", "item")).isEmpty();
        assertThat(archive.remove("two", "a")).isFalse();
        assertThat(text(archive, "one", "a")).contains("item");
        assertThat(archive.holding("one", "item")).isPresent();
    }

    /// A sealed document that was put in the place of another one would not open.
    @Test
    void nothing_of_a_document_stands_in_memory_as_it_was() {
        MemoryArchive archive = archive(KEEP, MUCH, 10);
        String secret = "the launch code is 4711";
        archive.put("one", "a", bytes(secret));
        archive.put("one", "b", bytes(secret));

        List<byte[]> sealed = archive.sealed();

        assertThat(sealed).hasSize(2);
        for (byte[] each : sealed) {
            assertThat(new String(each, UTF_8)).doesNotContain("launch", "4711");
            assertThat(each.length).isGreaterThan(secret.length());
        }
        // The same text under two names has nothing in common, the nonces are fresh.
        assertThat(sealed.get(0)).isNotEqualTo(sealed.get(1));
        var same = new ArrayList<Integer>();
        for (int i = 0; i < sealed.get(0).length; i++) {
            if (sealed.get(0)[i] == sealed.get(1)[i]) {
                same.add(i);
            }
        }
        // Eleven bytes of the counter; of the rest only by chance.
        assertThat(same.size()).isLessThan(17);
    }

    @Test
    void what_was_used_least_recently_goes_first_when_there_are_too_many() {
        MemoryArchive archive = archive(KEEP, MUCH, 3);
        for (String id : List.of("a", "b", "c")) {
            archive.put("one", id, bytes("x"));
        }
        archive.get("one", "a");

        archive.put("two", "d", bytes("x"));

        assertThat(archive.count()).isEqualTo(3);
        assertThat(archive.get("one", "b")).isEmpty();
        assertThat(archive.get("one", "a")).isPresent();
        assertThat(archive.get("one", "c")).isPresent();
        assertThat(archive.get("two", "d")).isPresent();
    }

    /// By count, and by bytes: whoever has less than an equal share loses nothing, whatever others leave.
    @ParameterizedTest
    @CsvSource({"100000000, 6", "9000, 1000"})
    void no_client_pushes_out_what_another_one_keeps(long bytes, int count) {
        MemoryArchive archive = archive(KEEP, bytes, count);
        archive.put("quiet", "a", new byte[1_000]);
        archive.put("quiet", "b", new byte[1_000]);

        for (int i = 0; i < 50; i++) {
            archive.put("loud", "id" + i, new byte[1_000]);
            assertThat(archive.bytes()).isLessThanOrEqualTo(bytes);
            assertThat(archive.count()).isLessThanOrEqualTo(count);
        }

        assertThat(archive.get("quiet", "a")).isPresent();
        assertThat(archive.get("quiet", "b")).isPresent();
        assertThat(archive.get("loud", "id49")).as("its newest").isPresent();
        assertThat(archive.get("loud", "id46")).as("what is left").isPresent();
        assertThat(archive.get("loud", "id0")).isEmpty();
        assertThat(archive.count()).isEqualTo(6);
    }

    /// However many connections it opens, it is one client.
    @ParameterizedTest
    @CsvSource({"100000000, 6", "9000, 1000"})
    void no_client_pushes_out_what_another_one_keeps_by_connections_of_its_own(
            long bytes, int count) {
        MemoryArchive archive = archive(KEEP, bytes, count);
        for (String id : List.of("a", "b", "c")) {
            archive.put("quiet", id, new byte[1_000]);
        }

        for (int i = 0; i < 50; i++) {
            new ConnectionArchive(archive, "socket" + i).put("loud", "id", new byte[1_000]);
        }

        for (String id : List.of("a", "b", "c")) {
            assertThat(archive.get("quiet", id)).as(id).isPresent();
        }
        assertThat(archive.count()).isEqualTo(6);
    }

    /// What one client had alone, it gives up to others, until all have the same.
    @Test
    void who_had_everything_makes_room_for_those_who_come() {
        MemoryArchive archive = archive(KEEP, MUCH, 6);
        for (int i = 0; i < 6; i++) {
            archive.put("first", "id" + i, bytes("x"));
        }

        for (String client : List.of("second", "third")) {
            for (int i = 0; i < 6; i++) {
                archive.put(client, "id" + i, bytes("x"));
            }
        }

        for (String client : List.of("first", "second", "third")) {
            assertThat(archive.get(client, "id5")).as(client).isPresent();
            assertThat(archive.get(client, "id4")).as(client).isPresent();
            assertThat(archive.get(client, "id3")).as(client).isEmpty();
        }
    }

    /// An item that was looked for counts for its client.
    @Test
    void what_is_learnt_of_one_client_takes_nothing_from_another() {
        MemoryArchive archive = archive(KEEP, 6_000, 100);
        archive.put("quiet", "a", new byte[500]);
        archive.put("loud", "b", bytes("p q r s t u v w x y"));
        archive.put("loud", "c", bytes("p2 q2 r2 s2 t2 u2 v2"));

        archive.holding("loud", "p");

        assertThat(archive.bytes()).isLessThanOrEqualTo(6_000);
        assertThat(archive.get("quiet", "a")).isPresent();
    }

    @Test
    void all_together_never_take_more_than_they_may() {
        long most = 50_000;
        MemoryArchive archive = archive(KEEP, most, 1_000);
        for (int i = 0; i < 200; i++) {
            archive.put("one", "id" + i, new byte[i * 13 % 3_000]);
            assertThat(archive.bytes()).isLessThanOrEqualTo(most);
        }
        assertThat(archive.count()).isBetween(5, 199);

        archive.put("one", "huge", new byte[60_000]);

        assertThat(archive.get("one", "huge")).isEmpty();
        assertThat(archive.get("one", "id199")).as("nothing gives way to it").isPresent();
    }

    @Test
    void the_names_of_items_count_as_well_and_go_with_their_document() {
        MemoryArchive archive = archive(KEEP, 5_000, 100);
        archive.put("one", "a", bytes("p q r s"));
        long before = archive.bytes();

        assertThat(archive.holding("one", "r").orElseThrow().id()).isEqualTo("a");
        assertThat(archive.bytes()).isEqualTo(before + 4 * MemoryArchive.OVERHEAD);

        assertThat(archive.remove("one", "a")).isTrue();
        assertThat(archive.bytes()).isZero();
        assertThat(archive.holding("one", "r")).isEmpty();
        assertThat(archive.remove("one", "a")).isFalse();
    }

    @Test
    void a_document_that_was_replaced_holds_what_it_holds_now() {
        MemoryArchive archive = archive(KEEP, MUCH, 10);
        archive.put("one", "a", bytes("p q"));
        assertThat(archive.holding("one", "p")).isPresent();

        archive.put("one", "a", bytes("q r"));

        assertThat(archive.holding("one", "p")).isEmpty();
        assertThat(archive.holding("one", "r")).isPresent();
    }

    /// One client may have many requests under way, each of which looks for an item.
    @Test
    void an_item_is_found_while_another_request_of_the_client_looks_for_one() throws Exception {
        var reads = new CountDownLatch(1);
        var found = new CountDownLatch(1);
        var first = new AtomicBoolean(true);
        var archive =
                new MemoryArchive(
                        new Bounds(KEEP, MUCH, 10),
                        content -> {
                            if (first.getAndSet(false)) {
                                reads.countDown();
                                await(found);
                            }
                            return List.of(new String(content, UTF_8));
                        },
                        time);
        archive.put("one", "a", bytes("early"));
        archive.put("one", "b", bytes("late"));
        var other = new FutureTask<>(() -> archive.holding("one", "early"));
        Thread.ofVirtual().start(other);
        await(reads);

        for (String item : List.of("early", "late")) {
            assertThat(archive.holding("one", item)).as(item).isPresent();
        }
        long bytes = archive.bytes();
        found.countDown();

        assertThat(other.get(20, TimeUnit.SECONDS)).isPresent();
        assertThat(archive.bytes()).as("counted once").isEqualTo(bytes);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Test
    void an_item_of_two_documents_is_found_in_the_first() {
        MemoryArchive archive = archive(KEEP, MUCH, 10);
        archive.put("one", "a", bytes("p q"));
        archive.put("one", "b", bytes("q r"));

        assertThat(archive.holding("one", "q").orElseThrow().id()).isEqualTo("a");
        assertThat(archive.holding("one", "r").orElseThrow().id()).isEqualTo("b");
    }

    @Test
    void names_that_are_learned_later_stay_within_the_bytes() {
        long most = 10_000;
        MemoryArchive archive = archive(KEEP, most, 1_000);
        for (int i = 0; i < 15; i++) {
            archive.put("one", "id" + i, bytes("p q r s" + i));
        }

        assertThat(archive.holding("one", "s14")).isPresent();

        assertThat(archive.bytes()).isLessThanOrEqualTo(most);
        assertThat(archive.count()).isLessThan(15);
    }

    @Test
    void a_shorter_time_holds_for_what_is_kept_already() {
        MemoryArchive archive = archive(KEEP, MUCH, 10);
        archive.put("one", "a", bytes("x"));

        archive.bound(new Bounds(Duration.ofMinutes(1), MUCH, 10));
        time.advance(Duration.ofMinutes(1));

        assertThat(archive.get("one", "a")).isEmpty();
    }

    @Test
    void what_nobody_uses_is_too_old_after_its_time_and_is_let_go_of_by_itself() {
        MemoryArchive archive = archive(KEEP, MUCH, 10);
        archive.put("one", "used", bytes("x"));
        archive.put("one", "unused", bytes("item"));

        time.advance(KEEP.minusSeconds(1));
        assertThat(archive.get("one", "used")).isPresent();
        time.advance(Duration.ofSeconds(1));

        assertThat(archive.get("one", "unused")).isEmpty();
        assertThat(archive.holding("one", "item")).isEmpty();
        assertThat(archive.get("one", "used")).isPresent();

        time.advance(KEEP.plus(KEEP));
        assertThat(archive.count()).isZero();
        assertThat(archive.bytes()).isZero();
    }

    @Test
    void other_bounds_hold_at_once() {
        MemoryArchive archive = archive(KEEP, MUCH, 10);
        archive.put("one", "a", bytes("x"));
        archive.put("one", "b", bytes("x"));

        archive.bound(new Bounds(Duration.ofMinutes(1), MUCH, 1));
        assertThat(archive.get("one", "a")).isEmpty();
        assertThat(archive.get("one", "b")).isPresent();
        time.advance(Duration.ofMinutes(1));
        assertThat(archive.get("one", "b")).isEmpty();

        archive.bound(new Bounds(Duration.ZERO, MUCH, 1));
        archive.put("one", "c", bytes("x"));
        assertThat(archive.keeps()).isFalse();
        assertThat(archive.count()).isZero();
    }

    /// Names are read without the lock, since that takes long.
    @Test
    void what_is_forgotten_while_its_names_are_read_leaves_nothing() {
        var all = new ArrayList<MemoryArchive>();
        var archive =
                new MemoryArchive(
                        new Bounds(KEEP, MUCH, 10),
                        content -> {
                            all.forEach(each -> each.remove("one", "a"));
                            return List.of("item", "thing");
                        },
                        time);
        archive.put("one", "b", bytes("other"));
        assertThat(archive.holding("one", "nothing")).isEmpty();
        long before = archive.bytes();
        archive.put("one", "a", bytes("some"));
        all.add(archive);

        assertThat(archive.holding("one", "nothing")).isEmpty();

        assertThat(archive.get("one", "a")).isEmpty();
        assertThat(archive.bytes()).isEqualTo(before);
        assertThat(archive.count()).isEqualTo(1);
        archive.remove("one", "b");
        assertThat(archive.bytes()).isZero();
    }
}
