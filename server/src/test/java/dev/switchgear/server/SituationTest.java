package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.guard.GuardedUpstream;
import dev.switchgear.core.standing.Standing;
import dev.switchgear.server.api.operate.HealthPageReader;
import dev.switchgear.server.demo.FeedReader;
import dev.switchgear.server.gateway.ProberReader;
import dev.switchgear.server.monitor.StandingWords;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SituationTest {
    static List<Situation> situations() {
        return Situation.all();
    }

    @Test
    void every_combination_of_order_rest_breaker_health_and_pace_is_looked_at() {
        assertThat(situations()).hasSize(4 * 5 * 4 * 4 * 2).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("situations")
    void all_who_say_how_an_upstream_is_say_the_same(Situation situation) {
        GuardedUpstream<String, String> upstream = situation.upstream();

        String word = StandingWords.status(situation.state());

        assertThat(Standing.of(upstream).state()).isEqualTo(situation.state());
        assertThat(HealthPageReader.status(upstream)).isEqualTo(word);
        assertThat(FeedReader.states(upstream))
                .isEqualTo(
                        StandingWords.shape(situation.state())
                                + " 1 "
                                + word.toLowerCase(Locale.ROOT));
        assertThat(ProberReader.asks(upstream)).isEqualTo(situation.isProbed());
    }
}
