package dev.switchgear.core.overload;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.call.Rank;
import dev.switchgear.core.event.Event;
import dev.switchgear.core.event.Journal;
import dev.switchgear.core.time.Lateness;
import dev.switchgear.core.time.ManualTime;
import dev.switchgear.core.time.WatchedTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OverloadTest {
    private final ManualTime clock = new ManualTime();
    private final WatchedTime time = new WatchedTime(clock);
    private final Lateness.Pulse pulse = time.lateness().pulse();
    private final Journal journal = new Journal(16);
    private final Overload overload = new Overload(time, journal);

    @ParameterizedTest
    @CsvSource({
        "0, nobody",
        "499, nobody",
        "500, LOW",
        "1999, LOW",
        "2000, NORMAL LOW",
        "4999, NORMAL LOW",
        "5000, HIGH NORMAL LOW",
        "600000, HIGH NORMAL LOW"
    })
    void the_longer_the_queue_the_higher_the_rank_that_gives_way(long lagMillis, String ranks) {
        List<String> shed =
                Arrays.stream(Rank.values())
                        .filter(rank -> Overload.sheds(rank, ofMillis(lagMillis).toNanos()))
                        .map(Rank::name)
                        .toList();

        assertThat(shed.isEmpty() ? "nobody" : String.join(" ", shed)).isEqualTo(ranks);
    }

    @Test
    void asking_again_helps_when_the_queue_has_gone_by() {
        assertThat(Overload.retryAfter(ofMillis(600).toNanos())).isEqualTo(ofSeconds(1));
        assertThat(Overload.retryAfter(ofSeconds(7).toNanos())).isEqualTo(ofSeconds(7));
    }

    @Test
    void its_begin_and_its_end_are_events_and_a_queue_in_between_is_none() {
        beats(10, ofMillis(50));
        beats(4, ofMillis(550));
        beats(4, ofMillis(350));
        beats(4, ofMillis(850));
        beats(4, ofMillis(200));
        beats(4, ofMillis(50));

        assertThat(events())
                .containsExactly(
                        new Event.Overloaded(clockAt(ofMillis(500 + 3 * 550)), true, ofMillis(500)),
                        new Event.Overloaded(
                                clockAt(ofMillis(500 + 4 * 550 + 4 * 350 + 4 * 850 + 200)),
                                false,
                                ofMillis(150)));
    }

    @Test
    void a_pause_is_no_overload() {
        beats(10, ofMillis(50));
        beats(1, ofSeconds(20));
        beats(10, ofMillis(50));

        assertThat(events()).isEmpty();
    }

    private void beats(int count, Duration apart) {
        for (int i = 0; i < count; i++) {
            clock.advance(apart);
            pulse.beat();
            overload.look();
        }
    }

    private static Instant clockAt(Duration since) {
        return new ManualTime().instant().plus(since);
    }

    private List<Event> events() {
        var events = new ArrayList<Event>();
        journal.drain(events::add, 100);
        return events;
    }
}
