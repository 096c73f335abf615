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
import dev.switchgear.server.api.limit.ClientLimits.Each;
import dev.switchgear.server.api.limit.ClientLimits.Settings;
import dev.switchgear.server.api.limit.ClientLimits.Wanted;
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

    /// What each limit has left, whatever refuses: who is refused has taken nothing from any.
    @Test
    void a_refusal_by_one_limit_costs_nothing_at_the_others() throws Exception {
        Settings tokens = rates(Limit.Measure.UNITS, 100);
        Settings requests = rates(Limit.Measure.REQUESTS, 3);
        Settings own =
                new Settings(
                        List.of(tokens.rates().getFirst(), requests.rates().getFirst()),
                        Optional.empty());
        ClientLimits limits =
                ClientLimits.NONE.next(rates(Limit.Measure.UNITS, 60), Map.of("bot", own), time);
        Granted first = (Granted) limits.admit(BOT, 40, deadline);

        for (int i = 0; i < 10; i++) {
            assertThat(limits.admit(BOT, 40, deadline))
                    .isInstanceOfSatisfying(
                            Refused.class,
                            refused -> {
                                assertThat(refused.whose()).startsWith("all clients");
                                assertThat(refused.retryAfter()).isPresent();
                            });
        }
        Granted second = (Granted) limits.admit(BOT, 20, deadline);

        assertThat(left(first)).containsExactly(60L, 2L);
        assertThat(left(second)).containsExactly(40L, 1L);
    }

    @Test
    void the_common_limit_is_taken_by_every_client_and_settled_by_real_use() throws Exception {
        Settings common = rates(Limit.Measure.UNITS, 100);
        ClientLimits limits = ClientLimits.NONE.next(common, Map.of(), time);
        Granted bot = (Granted) limits.admit(BOT, 60, deadline);
        assertThat(limits.admit(OTHER, 60, deadline)).isInstanceOf(Refused.class);

        bot.settle().accept(10);
        Granted other = (Granted) limits.admit(OTHER, 60, deadline);

        assertThat(left(other)).containsExactly(30L);
        other.settle().accept(-1);
        assertThat(limits.admit(OTHER, 31, deadline)).as("unknown use").isInstanceOf(Refused.class);
        Granted last = (Granted) limits.admit(BOT, 30, deadline);
        last.settle().accept(50);
        assertThat(limits.admit(BOT, 1, deadline)).as("used more").isInstanceOf(Refused.class);
    }

    private static Settings rates(Limit.Measure measure, long amount) {
        return new Settings(
                List.of(new Limit(measure, amount, Duration.ofMinutes(1))), Optional.empty());
    }

    private static List<Long> left(Granted granted) {
        return granted.status().stream().map(status -> status.remaining()).toList();
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

    /// Whose limit is used up, and who is let in beside that.
    @Test
    void users_of_one_client_are_told_apart_and_so_are_addresses_and_clients() throws Exception {
        ClientLimits limits =
                ClientLimits.NONE.next(
                        new Wanted(
                                Settings.NONE,
                                Map.of("bot", Settings.NONE, "other", Settings.NONE),
                                Map.of("bot", new Each(TWO_A_MINUTE, 10)),
                                new Each(rates(Limit.Measure.REQUESTS, 5), 10),
                                false),
                        time);

        assertThat(admitted(limits, BOT, "ann", "1.1.1.1", 3)).isEqualTo(2);
        assertThat(whose(limits, BOT, "ann", "1.1.1.1")).isEqualTo("user `ann` of key `bot`");
        assertThat(admitted(limits, BOT, "", "1.1.1.1", 3)).isEqualTo(2);
        assertThat(whose(limits, BOT, "", "1.1.1.1"))
                .isEqualTo("requests of key `bot` that name no user");
        assertThat(admitted(limits, BOT, "bob", "1.1.1.1", 3))
                .as("what is left of the address: refusals took nothing of it")
                .isEqualTo(1);
        assertThat(whose(limits, BOT, "bob", "1.1.1.1")).isEqualTo("address 1.1.1.1");
        assertThat(admitted(limits, BOT, "bob", "2.2.2.2", 3))
                .as("what is left of the user: a refusal by the address took nothing")
                .isEqualTo(1);
        assertThat(admitted(limits, OTHER, "ann", "3.3.3.3", 9))
                .as("another client's users are not counted, its address is")
                .isEqualTo(5);
        assertThat(whose(limits, OTHER, "ann", "3.3.3.3")).isEqualTo("address 3.3.3.3");
    }

    @Test
    void who_is_counted_is_bounded_and_whoever_asked_longest_ago_begins_anew() throws Exception {
        ClientLimits limits = users(new Each(TWO_A_MINUTE, 2));
        admitted(limits, BOT, "ann", "", 2);
        admitted(limits, BOT, "bob", "", 2);
        assertThat(admitted(limits, BOT, "ann", "", 1)).isZero();

        admitted(limits, BOT, "cid", "", 2);

        assertThat(admitted(limits, BOT, "ann", "", 1)).as("asked after bob").isZero();
        assertThat(admitted(limits, BOT, "bob", "", 1)).as("forgotten").isEqualTo(1);
    }

    @Test
    void a_user_has_so_many_places_and_gives_them_back_also_when_a_wider_limit_refuses()
            throws Exception {
        ClientLimits limits =
                ClientLimits.NONE.next(
                        new Wanted(
                                TWO_A_MINUTE,
                                Map.of("bot", Settings.NONE),
                                Map.of("bot", new Each(ONE_AT_ONCE, 10)),
                                new Each(ONE_AT_ONCE, 10),
                                false),
                        time);
        Granted first = (Granted) limits.admit(new Caller(BOT, "ann", "a"), 0, deadline);

        assertThat(limits.admit(new Caller(BOT, "ann", "b"), 0, deadline))
                .isInstanceOfSatisfying(
                        Crowded.class,
                        it -> assertThat(it.whose()).isEqualTo("user `ann` of key `bot`"));
        assertThat(limits.admit(new Caller(BOT, "bob", "a"), 0, deadline))
                .isInstanceOfSatisfying(
                        Crowded.class, it -> assertThat(it.whose()).isEqualTo("address a"));
        Granted bob = (Granted) limits.admit(new Caller(BOT, "bob", "b"), 0, deadline);
        bob.settle().accept(0);
        first.settle().accept(0);
        for (int i = 0; i < 3; i++) {
            assertThat(limits.admit(new Caller(BOT, "ann", "a"), 0, deadline))
                    .as("the common rate is used up, and holds no place")
                    .isInstanceOf(Refused.class);
        }
    }

    @Test
    void a_users_tokens_are_settled_by_real_use() throws Exception {
        ClientLimits limits = users(new Each(rates(Limit.Measure.UNITS, 100), 10));
        Granted first = (Granted) limits.admit(new Caller(BOT, "ann", ""), 90, deadline);
        assertThat(limits.admit(new Caller(BOT, "ann", ""), 20, deadline))
                .isInstanceOf(Refused.class);

        first.settle().accept(10);

        assertThat(limits.admit(new Caller(BOT, "ann", ""), 90, deadline))
                .isInstanceOf(Granted.class);
    }

    @Test
    void a_reload_that_leaves_the_limits_of_users_alone_gives_them_no_fresh_minute()
            throws Exception {
        ClientLimits limits = users(new Each(TWO_A_MINUTE, 10));
        admitted(limits, BOT, "ann", "", 2);

        ClientLimits same =
                limits.next(
                        new Wanted(
                                ONE_AT_ONCE,
                                Map.of(),
                                Map.of("bot", new Each(TWO_A_MINUTE, 10)),
                                Each.NONE,
                                false),
                        time);

        assertThat(admitted(same, BOT, "ann", "", 1)).isZero();
        assertThat(limits.next(Settings.NONE, Map.of(), time).countsUsers(BOT)).isFalse();
    }

    private ClientLimits users(Each each) {
        return ClientLimits.NONE.next(
                new Wanted(Settings.NONE, Map.of(), Map.of("bot", each), Each.NONE, false), time);
    }

    /// How many of so many requests in a row are let in; each is over at once.
    private int admitted(ClientLimits limits, Client client, String user, String from, int requests)
            throws InterruptedException {
        int granted = 0;
        for (int i = 0; i < requests; i++) {
            if (limits.admit(new Caller(client, user, from), 0, deadline) instanceof Granted one) {
                one.settle().accept(0);
                granted++;
            }
        }
        return granted;
    }

    private String whose(ClientLimits limits, Client client, String user, String from)
            throws InterruptedException {
        return ((Refused) limits.admit(new Caller(client, user, from), 0, deadline)).whose();
    }

    private static Settings places(int concurrent) {
        return new Settings(
                List.of(), Optional.of(new BulkheadSettings(concurrent, 0, Duration.ZERO)));
    }
}
