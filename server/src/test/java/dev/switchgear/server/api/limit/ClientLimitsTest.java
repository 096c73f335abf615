package dev.switchgear.server.api.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.bulkhead.Bulkhead;
import dev.switchgear.core.bulkhead.BulkheadSettings;
import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.Rank;
import dev.switchgear.core.limiter.Limit;
import dev.switchgear.core.time.ManualTime;
import dev.switchgear.identity.Client;
import dev.switchgear.server.api.limit.ClientAdmission.Crowded;
import dev.switchgear.server.api.limit.ClientAdmission.Granted;
import dev.switchgear.server.api.limit.ClientAdmission.Refused;
import dev.switchgear.server.api.limit.ClientLimits.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClientLimitsTest {
    private static final Client BOT = new Client("bot", Rank.NORMAL);
    private static final Client OTHER = new Client("other", Rank.NORMAL);
    private static final Settings ONE_AT_ONCE = places(1);
    private static final Settings TWO_A_MINUTE =
            new Settings(
                    List.of(new Limit(Limit.Measure.REQUESTS, 2, Duration.ofMinutes(1))),
                    Optional.empty());

    private final ManualTime time = new ManualTime();
    private final Deadline deadline = Deadline.in(Duration.ofMinutes(1), time);

    @Test
    void a_client_may_have_as_many_requests_under_way_as_its_limit_says_and_others_are_not_touched()
            throws Exception {
        ClientLimits limits =
                ClientLimits.NONE.next(Settings.NONE, Map.of("bot", ONE_AT_ONCE), time);
        ClientAdmission first = limits.admit(BOT, 1, deadline);

        ClientAdmission second = limits.admit(BOT, 1, deadline);
        ClientAdmission other = limits.admit(OTHER, 1, deadline);
        ((Granted) first).settle().accept(1);
        ClientAdmission third = limits.admit(BOT, 1, deadline);

        assertThat(second).isEqualTo(new Crowded(List.of(), "key `bot`", 1, Bulkhead.Entry.FULL));
        assertThat(other).isInstanceOf(Granted.class);
        assertThat(third).isInstanceOf(Granted.class);
    }

    @Test
    void the_common_limit_counts_all_clients_and_gives_a_refused_ones_own_place_back()
            throws Exception {
        ClientLimits limits = ClientLimits.NONE.next(ONE_AT_ONCE, Map.of("bot", ONE_AT_ONCE), time);
        Granted other = (Granted) limits.admit(OTHER, 1, deadline);

        ClientAdmission refused = limits.admit(BOT, 1, deadline);
        other.settle().accept(-1);
        ClientAdmission granted = limits.admit(BOT, 1, deadline);

        assertThat(refused)
                .isInstanceOfSatisfying(
                        Crowded.class, it -> assertThat(it.whose()).startsWith("all clients"));
        assertThat(granted).isInstanceOf(Granted.class);
    }

    @Test
    void a_request_over_its_rate_keeps_no_place() throws Exception {
        var both = new Settings(TWO_A_MINUTE.rates(), ONE_AT_ONCE.places());
        ClientLimits limits = ClientLimits.NONE.next(Settings.NONE, Map.of("bot", both), time);
        for (int i = 0; i < 2; i++) {
            ((Granted) limits.admit(BOT, 0, deadline)).settle().accept(0);
        }

        ClientAdmission refused = limits.admit(BOT, 0, deadline);
        time.advance(Duration.ofMinutes(2));
        ClientAdmission later = limits.admit(BOT, 0, Deadline.in(Duration.ofMinutes(1), time));

        assertThat(refused).isInstanceOf(Refused.class);
        assertThat(later).as("the place is free").isInstanceOf(Granted.class);
    }

    @Test
    void a_reload_that_leaves_a_client_alone_gives_it_no_fresh_minute_and_no_fresh_places()
            throws Exception {
        var clients = Map.of("bot", ONE_AT_ONCE, "other", TWO_A_MINUTE);
        ClientLimits limits = ClientLimits.NONE.next(Settings.NONE, clients, time);
        Granted running = (Granted) limits.admit(BOT, 0, deadline);
        limits.admit(OTHER, 0, deadline);
        limits.admit(OTHER, 0, deadline);

        ClientLimits next = limits.next(TWO_A_MINUTE, clients, time);

        assertThat(next.admit(BOT, 0, deadline)).isInstanceOf(Crowded.class);
        assertThat(next.admit(OTHER, 0, deadline)).isInstanceOf(Refused.class);
        running.settle().accept(0);
        assertThat(next.admit(BOT, 0, deadline)).isInstanceOf(Granted.class);
    }

    @Test
    void a_request_under_way_gives_its_place_back_to_the_limits_it_took_it_from() throws Exception {
        ClientLimits limits = ClientLimits.NONE.next(Settings.NONE, Map.of("bot", places(3)), time);
        Granted running = (Granted) limits.admit(BOT, 0, deadline);

        ClientLimits next = limits.next(Settings.NONE, Map.of("bot", ONE_AT_ONCE), time);
        Granted fresh = (Granted) next.admit(BOT, 0, deadline);
        running.settle().accept(0);

        assertThat(next.admit(BOT, 0, deadline)).isInstanceOf(Crowded.class);
        fresh.settle().accept(0);
        assertThat(next.admit(BOT, 0, deadline)).isInstanceOf(Granted.class);
    }

    private static Settings places(int concurrent) {
        return new Settings(
                List.of(), Optional.of(new BulkheadSettings(concurrent, 0, Duration.ZERO)));
    }
}
