package dev.switchgear.server.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.switchgear.server.door.BodyBudget.Room;
import dev.switchgear.server.door.BodyBudget.Share;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BodyBudgetTest {
    private static final long MIB = 1024 * 1024;

    private final BodyBudget budget = new BodyBudget(8 * MIB);
    private final List<String> told = new ArrayList<>();

    private BodyBudget.Waiting as(String name) {
        return new BodyBudget.Waiting() {
            @Override
            public void granted() {
                told.add(name + " granted");
            }

            @Override
            public void refused() {
                told.add(name + " refused");
            }
        };
    }

    private Room take(Share share, long bytes, String name) {
        return share.take(bytes, false, as(name));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.01, 0.1, 0.4, 0.8})
    void a_share_of_the_heap_is_that_share(double share) {
        double bytes = DoorSettings.ofHeap(share);

        assertThat(bytes / Runtime.getRuntime().maxMemory()).isCloseTo(share, within(0.001));
    }

    @Test
    void forty_percent_are_usual_and_a_mebibyte_there_is_always() {
        assertThat(DoorSettings.DEFAULT.bodyMemory()).isEqualTo(DoorSettings.ofHeap(0.4));
        assertThat(DoorSettings.ofHeap(0)).isEqualTo(MIB);
    }

    @Test
    void what_fits_is_reserved_and_given_back_once() {
        Share one = budget.share();
        assertThat(budget.taken()).as("a share of which nothing has come").isZero();

        assertThat(take(one, 3 * MIB, "one")).isEqualTo(Room.GRANTED);
        assertThat(take(one, 2 * MIB, "one")).isEqualTo(Room.GRANTED);
        assertThat(budget.taken()).isEqualTo(5 * MIB);

        one.giveBack();
        one.giveBack();
        assertThat(budget.taken()).isZero();
        assertThat(told).isEmpty();
    }

    @Test
    void who_waits_is_granted_what_others_give_back_the_oldest_first() {
        Share first = budget.share();
        Share second = budget.share();
        Share third = budget.share();
        Share fourth = budget.share();
        take(first, 6 * MIB, "first");
        take(second, MIB / 2, "second");
        take(third, MIB / 4, "third");

        assertThat(take(third, 2 * MIB, "third")).isEqualTo(Room.LATER);
        assertThat(take(second, 2 * MIB, "second")).isEqualTo(Room.LATER);
        assertThat(take(fourth, MIB / 8, "fourth"))
                .as("would fit, but is younger than those who wait")
                .isEqualTo(Room.LATER);
        assertThat(told).isEmpty();

        assertThat(budget.crowded()).isTrue();
        first.giveBack();
        assertThat(budget.crowded()).isFalse();
        assertThat(told).containsExactly("second granted", "third granted", "fourth granted");
        assertThat(budget.taken()).isEqualTo(4 * MIB + MIB / 2 + MIB / 4 + MIB / 8);
    }

    @Test
    void a_part_is_kept_for_small_bodies_which_wait_behind_no_large_one() {
        Share large = budget.share();
        Share waits = budget.share();
        assertThat(take(large, 7 * MIB, "large")).isEqualTo(Room.GRANTED);
        assertThat(take(waits, 1, "waits")).isEqualTo(Room.LATER);

        Share small = budget.share();
        assertThat(small.take(2 * BodyBudget.SMALL, true, as("small"))).isEqualTo(Room.GRANTED);

        small.giveBack();
        assertThat(told).as("what was kept goes to no large one").isEmpty();
    }

    @Test
    void bodies_that_wait_for_each_other_end_because_the_youngest_gives_way() {
        Share old = budget.share();
        Share young = budget.share();
        take(old, 3 * MIB, "old");
        take(young, 3 * MIB, "young");

        assertThat(take(old, 3 * MIB, "old")).isEqualTo(Room.LATER);
        assertThat(told).isEmpty();
        assertThat(take(young, 3 * MIB, "young")).isEqualTo(Room.LATER);

        assertThat(told).containsExactly("young refused", "old granted");
        assertThat(budget.taken()).isEqualTo(6 * MIB);
        assertThat(take(young, 1, "young")).as("once refused").isEqualTo(Room.NEVER);
    }

    @Test
    void who_holds_little_does_not_give_way_to_who_holds_much() {
        Share much = budget.share();
        Share also = budget.share();
        Share little = budget.share();
        take(much, 3 * MIB, "much");
        take(also, 3 * MIB, "also");
        take(little, MIB / 8, "little");
        take(much, 3 * MIB, "much");
        assertThat(take(little, MIB, "little")).isEqualTo(Room.LATER);

        assertThat(take(also, 3 * MIB, "also")).isEqualTo(Room.LATER);

        assertThat(told).containsExactly("also refused", "much granted");
        much.giveBack();
        assertThat(told).endsWith("little granted");
    }

    @Test
    void what_no_wait_could_bring_is_refused_at_once() {
        Share one = budget.share();

        assertThat(take(one, 7 * MIB + 1, "one")).isEqualTo(Room.NEVER);
        assertThat(one.take(8 * MIB + 1, true, as("one"))).isEqualTo(Room.NEVER);
        assertThat(budget.taken()).isZero();
    }

    @Test
    void no_more_than_a_bound_wait_and_the_youngest_gives_way() {
        Share holder = budget.share();
        take(holder, 7 * MIB, "holder");
        for (int i = 0; i < BodyBudget.WAITING_MOST; i++) {
            take(budget.share(), 1, "early");
        }
        assertThat(told).isEmpty();

        take(budget.share(), 1, "late");
        assertThat(told).containsExactly("late refused");
    }

    @Test
    void who_gives_back_while_it_waits_waits_no_more() {
        Share holder = budget.share();
        Share waits = budget.share();
        take(holder, 7 * MIB, "holder");
        take(waits, MIB, "waits");

        waits.giveBack();
        holder.giveBack();

        assertThat(told).isEmpty();
        assertThat(budget.taken()).isZero();
    }

    @Test
    void a_thread_waits_until_it_is_granted_and_no_longer_than_its_patience() throws Exception {
        Share holder = budget.share();
        take(holder, 7 * MIB, "holder");
        var granted = new CompletableFuture<Room>();
        Share waits = budget.share();
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        granted.complete(waits.await(MIB, false));
                    } catch (InterruptedException e) {
                        granted.completeExceptionally(e);
                    }
                });
        Share inVain = budget.share();
        long began = System.nanoTime();

        assertThat(inVain.await(7 * MIB, false)).isEqualTo(Room.LATER);

        assertThat(System.nanoTime() - began)
                .isBetween(
                        BodyBudget.PATIENCE.toNanos() - 1_000_000,
                        BodyBudget.PATIENCE.toNanos() + TimeUnit.SECONDS.toNanos(8));
        assertThat(budget.taken()).isEqualTo(7 * MIB);
        assertThat(granted.get(10, TimeUnit.SECONDS)).as("waited as long").isEqualTo(Room.LATER);
        holder.giveBack();
        assertThat(inVain.await(MIB, false)).isEqualTo(Room.GRANTED);
        assertThat(inVain.await(7 * MIB, false)).as("more than all").isEqualTo(Room.NEVER);
    }

    @Test
    void a_thread_that_is_interrupted_while_it_waits_leaves_nothing_behind() throws Exception {
        Share holder = budget.share();
        take(holder, 7 * MIB, "holder");
        Share waits = budget.share();
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> waits.await(MIB, false)).isInstanceOf(InterruptedException.class);

        waits.giveBack();
        holder.giveBack();
        assertThat(budget.taken()).isZero();
    }

    @Test
    void less_than_a_mebibyte_is_no_budget() {
        assertThatThrownBy(() -> new BodyBudget(MIB - 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 MiB or more");
    }
}
