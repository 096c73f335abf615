package dev.switchgear.server.api.limit;

import dev.switchgear.core.bulkhead.Bulkhead;
import dev.switchgear.core.bulkhead.BulkheadSettings;
import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.limiter.Limit;
import dev.switchgear.core.limiter.Limit.Measure;
import dev.switchgear.core.limiter.LimitStatus;
import dev.switchgear.core.limiter.Limiter;
import dev.switchgear.core.time.Time;
import dev.switchgear.identity.Client;
import dev.switchgear.server.api.limit.ClientAdmission.Crowded;
import dev.switchgear.server.api.limit.ClientAdmission.Granted;
import dev.switchgear.server.api.limit.ClientAdmission.Refused;
import dev.switchgear.server.config.Config;
import dev.switchgear.server.gateway.CoreSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How much clients may ask for: each its own limits, and those of all together. Thread-safe.
///
/// Places at once are asked first, because they may be waited for; a rate is taken only by a request
/// that can begin. The client's own limits come before the common ones, so that one client waiting for
/// itself never holds what the others need.
public final class ClientLimits {
    /// @param rates how many per time
    /// @param places how many at once, and how many more may wait; empty for any number
    public record Settings(List<Limit> rates, Optional<BulkheadSettings> places) {
        public Settings {
            rates = List.copyOf(rates);
        }

        /// No limits.
        public static final Settings NONE = new Settings(List.of(), Optional.empty());

        /// What a caller, or all of them, may ask.
        public static Settings of(Config.CallerLimits limits) {
            return new Settings(
                    CoreSettings.rates(limits),
                    limits.concurrent()
                            .map(most ->
                                    new BulkheadSettings(
                                            most, limits.queue(), limits.queueWait())));
        }
    }

    /// Nobody is limited.
    public static final ClientLimits NONE = new ClientLimits(Guards.NONE, Map.of());

    private final Guards all;
    private final Map<String, Guards> byClient;

    private ClientLimits(Guards all, Map<String, Guards> byClient) {
        this.all = all;
        this.byClient = Map.copyOf(byClient);
    }

    /// The limits to use from now on. Those whose settings stay as they are keep their state; requests
    /// under way give back what they took to the limits they took it from.
    ///
    /// @param common the limits of all clients together
    /// @param clients limits by the client's name
    public ClientLimits next(Settings common, Map<String, Settings> clients, Time time) {
        var guards = new HashMap<String, Guards>();
        clients.forEach((name, settings) -> {
            Guards before = byClient.getOrDefault(name, Guards.NONE);
            guards.put(name, before.next(settings, time));
        });
        return new ClientLimits(all.next(common, time), guards);
    }

    /// Takes a place, one request and `tokens` from the client's limits and from those of all, or
    /// nothing. Waits for a place no longer than the limits and `deadline` allow.
    ///
    /// @param tokens an estimate; settled later
    /// @throws InterruptedException if the client goes away meanwhile; nothing is then held
    public ClientAdmission admit(Client client, long tokens, Deadline deadline)
            throws InterruptedException {
        Guards own = byClient.getOrDefault(client.name(), Guards.NONE);
        Bulkhead.Entry entry = own.enter(client, deadline);
        if (entry != Bulkhead.Entry.ENTERED) {
            return own.crowded(whose(client), entry);
        }
        boolean entered = false;
        try {
            entry = all.enter(client, deadline);
            entered = entry == Bulkhead.Entry.ENTERED;
        } finally {
            if (!entered) {
                own.leave();
            }
        }
        if (!entered) {
            return all.crowded(EVERYBODY, entry);
        }
        ClientAdmission answer = take(own, client, tokens);
        if (!(answer instanceof Granted)) {
            all.leave();
            own.leave();
        }
        return answer;
    }

    private ClientAdmission take(Guards own, Client client, long tokens) {
        long ticket = own.take(tokens);
        if (ticket < 0) {
            return own.refused(ticket, tokens, whose(client));
        }
        long common = all.take(tokens);
        if (common < 0) {
            own.refund(ticket, tokens);
            return all.refused(common, tokens, EVERYBODY);
        }
        Guards shown = own.limiter == null ? all : own;
        return new Granted(
                shown.status(),
                used -> {
                    own.settle(ticket, tokens, used);
                    all.settle(common, tokens, used);
                });
    }

    private static final String EVERYBODY = "all clients of this gateway together";

    private static String whose(Client client) {
        return "key `" + client.name() + "`";
    }

    /// The guards of one owner; what is not limited has none.
    private static final class Guards {
        static final Guards NONE = new Guards(Settings.NONE, null, null);

        private final Settings settings;
        private final @Nullable Limiter limiter;
        private final @Nullable Bulkhead bulkhead;

        Guards(Settings settings, @Nullable Limiter limiter, @Nullable Bulkhead bulkhead) {
            this.settings = settings;
            this.limiter = limiter;
            this.bulkhead = bulkhead;
        }

        Guards next(Settings wanted, Time time) {
            Limiter rates = limiter;
            if (!wanted.rates().equals(settings.rates())) {
                rates = wanted.rates().isEmpty() ? null : new Limiter(wanted.rates(), time);
            }
            Bulkhead places = bulkhead;
            if (!wanted.places().equals(settings.places())) {
                places =
                        wanted.places().isEmpty()
                                ? null
                                : new Bulkhead(
                                        wanted.places().get(), () -> Integer.MAX_VALUE, time);
            }
            return new Guards(wanted, rates, places);
        }

        Bulkhead.Entry enter(Client client, Deadline deadline) throws InterruptedException {
            return bulkhead == null
                    ? Bulkhead.Entry.ENTERED
                    : bulkhead.enter(client.rank(), deadline);
        }

        void leave() {
            if (bulkhead != null) {
                bulkhead.leave();
            }
        }

        long take(long tokens) {
            return limiter == null ? 0 : limiter.tryTake(tokens);
        }

        void refund(long ticket, long tokens) {
            if (limiter != null) {
                limiter.refund(ticket, tokens);
            }
        }

        void settle(long ticket, long tokens, long used) {
            leave();
            if (limiter != null) {
                limiter.settle(ticket, tokens, used);
            }
        }

        List<LimitStatus> status() {
            return limiter == null ? List.of() : limiter.status();
        }

        Crowded crowded(String whose, Bulkhead.Entry entry) {
            int concurrent = settings.places().map(BulkheadSettings::concurrent).orElse(0);
            return new Crowded(status(), whose, concurrent, entry);
        }

        Refused refused(long answer, long tokens, String whose) {
            List<LimitStatus> status = status();
            Optional<LimitStatus> tight =
                    status.stream()
                            .filter(one ->
                                    one.remaining()
                                            < (one.limit().measure() == Measure.REQUESTS
                                                    ? 1
                                                    : tokens))
                            .findFirst();
            return new Refused(
                    status,
                    tight,
                    whose,
                    answer == Limiter.NEVER
                            ? Optional.empty()
                            : Optional.of(Duration.ofNanos(-answer)));
        }
    }
}
