package dev.switchgear.server.api.llm.responses.background;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchgear.core.time.ManualTime;
import dev.switchgear.server.api.llm.responses.background.BackgroundEvents.Next;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class BackgroundEventsTest {
    private static final int ALL = 300;

    private final ManualTime time = new ManualTime();
    private final BackgroundEvents events = new BackgroundEvents(new RunSeal());

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 63, 64, 65, 150, 299, 300, 301})
    void a_reader_who_joins_at_any_event_hears_all_that_follow(int joined) throws Exception {
        var heard = new CopyOnWriteArrayList<String>();
        add(0, joined > ALL ? ALL : joined);
        Thread reader = Thread.startVirtualThread(() -> heard.addAll(read(joined)));
        add(Math.min(joined, ALL), ALL);
        events.end();
        reader.join();

        assertThat(heard)
                .isEqualTo(IntStream.range(joined, ALL).mapToObj(Integer::toString).toList());
    }

    @Test
    void many_readers_at_once_hear_the_same() throws Exception {
        var heard = new ArrayList<List<String>>();
        var readers = new ArrayList<Thread>();
        for (int i = 0; i < 20; i++) {
            var mine = new CopyOnWriteArrayList<String>();
            heard.add(mine);
            readers.add(Thread.startVirtualThread(() -> mine.addAll(read(0))));
        }
        add(0, ALL);
        events.end();
        for (Thread reader : readers) {
            reader.join();
        }

        List<String> all = IntStream.range(0, ALL).mapToObj(Integer::toString).toList();
        assertThat(heard).allSatisfy(one -> assertThat(one).isEqualTo(all));
    }

    @Test
    void what_is_kept_is_kept_sealed() {
        var seal = new RunSeal();
        byte[] clear = "the door opens at nine".getBytes(UTF_8);

        byte[] sealed = seal.seal(7, clear);

        assertThat(new String(sealed, UTF_8)).doesNotContain("door");
        assertThat(seal.open(7, sealed)).isEqualTo(clear);
        assertThatThrownBy(() -> seal.open(8, sealed)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> new RunSeal().open(7, sealed))
                .isInstanceOf(IllegalStateException.class);
        assertThat(events.add(clear)).as("what is sealed is longer").isEqualTo(clear.length + 16);
    }

    @Test
    void silence_is_told_of_after_its_time() throws Exception {
        var next = new CopyOnWriteArrayList<Next>();
        Thread reader = Thread.startVirtualThread(() -> next.add(next(0, Duration.ofSeconds(15))));
        while (time.pending() == 0) {
            Thread.onSpinWait();
        }
        time.advance(Duration.ofSeconds(15));
        reader.join();

        assertThat(next).containsExactly(new Next.Silence());
    }

    @Test
    void the_oldest_are_let_go_of_and_who_asks_for_them_is_told_what_is_left() {
        add(0, ALL);

        long freed = events.forget(3 * 19);

        assertThat(events.bytes()).isEqualTo(3 * 19);
        assertThat(freed).isEqualTo(10 * 17 + 90 * 18 + 200 * 19 - 3 * 19);
        assertThat(next(0, Duration.ZERO)).isEqualTo(new Next.Forgotten(297));
        assertThat(next(296, Duration.ZERO)).isEqualTo(new Next.Forgotten(297));
        assertThat(words(next(297, Duration.ZERO))).containsExactly("297", "298", "299");
        assertThat(events.next()).isEqualTo(ALL);
    }

    @Test
    void whatever_is_let_go_of_meanwhile_the_numbers_stay() {
        for (int i = 0; i < ALL; i++) {
            add(i, i + 1);
            events.forget(30);
            assertThat(words(next(i, Duration.ZERO))).containsExactly(Integer.toString(i));
            assertThat(events.bytes()).isLessThanOrEqualTo(30);
        }
    }

    @Test
    void the_last_event_is_told_as_the_last_one() {
        add(0, 2);
        events.end();

        assertThat(next(0, Duration.ZERO))
                .isInstanceOfSatisfying(Next.Some.class, some -> assertThat(some.last()).isTrue());
        assertThat(next(7, Duration.ZERO)).isEqualTo(new Next.Some(List.of(), true));
    }

    private void add(int from, int to) {
        for (int i = from; i < to; i++) {
            events.add(Integer.toString(i).getBytes(UTF_8));
        }
    }

    private Next next(int number, Duration silence) {
        try {
            return events.from(number, silence, time);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<String> read(int from) {
        var heard = new ArrayList<String>();
        int number = from;
        while (next(number, Duration.ZERO) instanceof Next.Some some) {
            heard.addAll(words(some));
            number += some.events().size();
            if (some.last()) {
                break;
            }
        }
        return heard;
    }

    private static List<String> words(Next next) {
        return next instanceof Next.Some some
                ? some.events().stream().map(event -> new String(event, UTF_8)).toList()
                : List.of(next.toString());
    }
}
