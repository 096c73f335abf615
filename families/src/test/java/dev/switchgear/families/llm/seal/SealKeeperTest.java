package dev.switchgear.families.llm.seal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.time.ManualTime;
import dev.switchgear.families.llm.chat.Part;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SealKeeperTest {
    private static final SealMaker A = new SealMaker("a", "m");
    private static final SealMaker B = new SealMaker("b", "m");

    private final ManualTime time = new ManualTime(Instant.parse("2026-11-01T00:00:00Z"));
    private final SealKeeper keeper = new SealKeeper(time);
    private final ClientSeals client = keeper.of("one");

    private static KeptThoughts thoughts(int chars, SealMaker maker) {
        return new KeptThoughts(
                List.of(new Part.Thinking("x".repeat(chars), Optional.empty())), Map.of(), maker);
    }

    @Test
    void the_maker_of_a_signature_is_known_to_its_client_alone() {
        client.made("sig", A);

        assertThat(client.maker("sig")).contains(A);
        assertThat(keeper.of("one").maker("sig")).contains(A);
        assertThat(keeper.of("two").maker("sig")).isEmpty();
        assertThat(client.maker("gis")).isEmpty();
        assertThat(client.maker("")).isEmpty();
    }

    @Test
    void whoever_told_it_last_made_it() {
        client.made("sig", A);
        client.made("sig", B);

        assertThat(client.maker("sig")).contains(B);
    }

    @Test
    void bytes_are_the_same_in_either_alphabet() {
        client.made("ab+/cd==", A);

        assertThat(client.maker("ab-_cd")).contains(A);
        assertThat(client.maker("ab+/ce==")).isEmpty();
    }

    @Test
    void long_ones_are_told_apart_by_their_end() {
        client.made("x".repeat(5_000) + "a", A);

        assertThat(client.maker("x".repeat(5_000) + "a")).contains(A);
        assertThat(client.maker("x".repeat(5_000) + "b")).isEmpty();
    }

    @Test
    void a_maker_is_forgotten_after_a_day() {
        client.made("sig", A);

        time.advance(Duration.ofHours(24).minusNanos(1));
        assertThat(client.maker("sig")).contains(A);
        time.advance(Duration.ofNanos(1));
        assertThat(client.maker("sig")).isEmpty();
    }

    @Test
    void the_book_is_of_one_size_and_keeps_what_is_new() {
        for (int i = 0; i < 200_000; i++) {
            client.made("sig" + i, i % 2 == 0 ? A : B);
            if (i % 1_000 == 0) {
                time.advance(Duration.ofMillis(1));
            }
        }

        int known = 0;
        for (int i = 0; i < 200_000; i++) {
            Optional<SealMaker> maker = client.maker("sig" + i);
            if (maker.isPresent()) {
                assertThat(maker).as("of %s", i).contains(i % 2 == 0 ? A : B);
                known++;
            }
        }
        assertThat(known).isBetween(40_000, 1 << 16);
        long newest = 0;
        for (int i = 190_000; i < 200_000; i++) {
            newest += client.maker("sig" + i).isPresent() ? 1 : 0;
        }
        assertThat(newest).as("the old give way to the new").isGreaterThan(9_600);
        assertThat(client.maker("sig199999")).isPresent();
    }

    /// At whichever time the other one came, and however often its signatures were told.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_busy_client_pushes_out_its_own_makers_and_hardly_any_of_another(boolean later) {
        if (later) {
            fill();
        }
        for (int i = 0; i < 2_000; i++) {
            for (int told = 0; told < 150; told++) {
                client.made("sig" + i, B);
            }
        }
        time.advance(Duration.ofHours(1));

        fill();

        int known = 0;
        for (int i = 0; i < 2_000; i++) {
            known += client.maker("sig" + i).isPresent() ? 1 : 0;
        }
        assertThat(known).isGreaterThan(1_990);
        int newest = 0;
        for (int i = 190_000; i < 200_000; i++) {
            newest += keeper.of("busy").maker("sig" + i).isPresent() ? 1 : 0;
        }
        assertThat(newest).isGreaterThan(9_600);
    }

    private void fill() {
        for (int i = 0; i < 200_000; i++) {
            keeper.of("busy").made("sig" + i, A);
            if (i % 1_000 == 0) {
                time.advance(Duration.ofMillis(1));
            }
        }
    }

    @Test
    void makers_that_are_too_old_give_way_before_anything_else() {
        for (int i = 0; i < 100_000; i++) {
            keeper.of("client" + i % 20).made("sig" + i, A);
        }
        time.advance(Duration.ofHours(25));

        for (int i = 0; i < 30_000; i++) {
            client.made("sig" + i, B);
        }

        int known = 0;
        for (int i = 0; i < 30_000; i++) {
            known += client.maker("sig" + i).isPresent() ? 1 : 0;
        }
        assertThat(known).isGreaterThan(29_500);
    }

    @Test
    void thoughts_are_known_to_their_client_alone() {
        KeptThoughts kept = thoughts(3, A);

        client.keep("call", kept);

        assertThat(client.thoughts("call")).contains(kept);
        assertThat(client.thoughts("llac")).isEmpty();
        assertThat(keeper.of("two").thoughts("call")).isEmpty();
    }

    @Test
    void thoughts_are_forgotten_after_half_a_day() {
        client.keep("call", thoughts(3, A));

        time.advance(ThoughtStore.KEEP.minusNanos(1));
        assertThat(client.thoughts("call")).isPresent();
        time.advance(Duration.ofNanos(1));
        assertThat(client.thoughts("call")).isEmpty();
    }

    @Test
    void what_was_used_longest_ago_goes_first() {
        var store = new ThoughtStore(time);
        for (int i = 0; i < ThoughtStore.ENTRIES_MAX; i++) {
            store.keep("one", "call" + i, thoughts(1, A));
        }
        assertThat(store.of("one", "call0")).isPresent();

        store.keep("one", "another", thoughts(1, A));

        assertThat(store.size()).isEqualTo(ThoughtStore.ENTRIES_MAX);
        assertThat(store.of("one", "call0")).as("used a moment ago").isPresent();
        assertThat(store.of("one", "call1")).isEmpty();
    }

    @Test
    void all_of_them_take_so_many_bytes_and_no_more() {
        var store = new ThoughtStore(time);
        long each = 0;
        for (int i = 0; i < 400; i++) {
            store.keep("one", "call" + i, thoughts(100_000, A));
            each = Math.max(each, thoughts(100_000, A).weight());
            assertThat(store.bytes()).isLessThanOrEqualTo(ThoughtStore.BYTES_MAX);
        }
        assertThat(store.bytes()).isGreaterThan(ThoughtStore.BYTES_MAX - 2 * each);

        store.keep("one", "call399", thoughts(1, A));
        assertThat(store.bytes()).as("counted once").isLessThan(ThoughtStore.BYTES_MAX - each / 2);

        store.keep("one", "huge", thoughts((int) ThoughtStore.EACH_BYTES_MAX, A));
        assertThat(store.of("one", "huge")).as("too long").isEmpty();
    }

    /// What a busy client keeps, against the others: many and few, small and large.
    @ParameterizedTest
    @CsvSource({"100, 1, 20000", "40, 100000, 400", "40, 1, 400", "100, 100000, 20000"})
    void a_busy_client_pushes_out_its_own_thoughts_and_nobody_elses(
            int others, int chars, int busy) {
        var store = new ThoughtStore(time);
        for (int i = 0; i < others; i++) {
            store.keep("client" + i % 7, "call" + i, thoughts(3, A));
        }

        for (int i = 0; i < busy; i++) {
            store.keep("busy", "call" + i, thoughts(chars, A));
            assertThat(store.bytes()).isLessThanOrEqualTo(ThoughtStore.BYTES_MAX);
        }

        assertThat(store.size()).isLessThanOrEqualTo(ThoughtStore.ENTRIES_MAX);
        for (int i = 0; i < others; i++) {
            assertThat(store.of("client" + i % 7, "call" + i)).as("call %s", i).isPresent();
        }
        assertThat(store.of("busy", "call" + (busy - 1))).as("its newest").isPresent();
    }

    @Test
    void who_had_the_most_first_gives_way_to_who_comes_later() {
        var store = new ThoughtStore(time);
        for (int i = 0; i < ThoughtStore.ENTRIES_MAX; i++) {
            store.keep("first", "call" + i, thoughts(1, A));
        }

        for (int i = 0; i < ThoughtStore.ENTRIES_MAX; i++) {
            store.keep("later", "call" + i, thoughts(1, A));
        }

        for (String client : List.of("first", "later")) {
            int kept = 0;
            for (int i = 0; i < ThoughtStore.ENTRIES_MAX; i++) {
                kept += store.of(client, "call" + i).isPresent() ? 1 : 0;
            }
            assertThat(kept).as(client).isBetween(8_190, 8_194);
        }
    }

    @Test
    void of_clients_that_have_as_much_the_one_that_waited_longest_gives_way() {
        var store = new ThoughtStore(time);
        for (int i = 0; i <= ThoughtStore.ENTRIES_MAX; i++) {
            store.keep("client" + i, "call", thoughts(1, A));
        }

        assertThat(store.of("client0", "call")).isEmpty();
        assertThat(store.of("client1", "call")).isPresent();
        assertThat(store.of("client" + ThoughtStore.ENTRIES_MAX, "call")).isPresent();
        assertThat(store.clients()).isEqualTo(ThoughtStore.ENTRIES_MAX);
    }

    @Test
    void what_is_too_old_takes_no_place_however_often_it_was_used() {
        var store = new ThoughtStore(time);
        store.keep("one", "old", thoughts(1, A));
        store.keep("gone", "old", thoughts(1, A));
        time.advance(Duration.ofHours(1));
        store.keep("one", "young", thoughts(1, A));
        store.keep("one", "old2", thoughts(1, A));
        store.keep("one", "old2", thoughts(1, A));
        assertThat(store.of("one", "old")).isPresent();

        time.advance(ThoughtStore.KEEP.minusHours(1));
        store.keep("one", "another", thoughts(1, A));

        assertThat(store.size()).isEqualTo(3);
        assertThat(store.bytes()).isEqualTo(3 * ThoughtStore.EACH_BYTES_MIN);
        assertThat(store.clients()).isEqualTo(1);
        assertThat(store.of("one", "young")).isPresent();
    }
}
