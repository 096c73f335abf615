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

/// How much may be asked for: limits of each client, of each of its end users, of each source address,
/// and of all together. Thread-safe.
///
/// Places at once are asked first, because they may be waited for; a rate is taken only by a request
/// that can begin, and from all limits or from none. The narrower limits come before the wider ones, so
/// that one who waits for itself never holds what the others need.
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

    /// What each of many may ask.
    ///
    /// @param counted how many of them are told apart
    public record Each(Settings settings, int counted) {
        /// No limits.
        public static final Each NONE = new Each(Settings.NONE, 1);

        public static Each of(Config.EachLimits limits) {
            return new Each(
                    new Settings(
                            CoreSettings.rates(limits),
                            limits.concurrent()
                                    .map(most -> new BulkheadSettings(most, 0, Duration.ZERO))),
                    limits.counted());
        }
    }

    /// What is asked of everybody.
    ///
    /// @param common the limits of all clients together
    /// @param clients limits by the client's name
    /// @param users limits of each end user, by the client's name
    /// @param addresses limits of each source address
    /// @param behindProxy whether a proxy in front says where requests come from
    public record Wanted(
            Settings common,
            Map<String, Settings> clients,
            Map<String, Each> users,
            Each addresses,
            boolean behindProxy) {
        public Wanted {
            clients = Map.copyOf(clients);
            users = Map.copyOf(users);
        }

        public static Wanted of(Config config) {
            var clients = new HashMap<String, Settings>();
            var users = new HashMap<String, Each>();
            for (Config.Client client : config.clients()) {
                clients.put(client.name(), Settings.of(client.limits()));
                users.put(client.name(), Each.of(client.userLimits()));
            }
            return new Wanted(
                    Settings.of(config.limits()),
                    clients,
                    users,
                    Each.of(config.addressLimits()),
                    config.server().behindProxy());
        }
    }

    /// Nobody is limited.
    public static final ClientLimits NONE =
            new ClientLimits(Guards.NONE, Map.of(), Map.of(), EachGuards.NONE, false);

    private final Guards all;
    private final Map<String, Guards> byClient;
    private final Map<String, EachGuards> users;
    private final EachGuards addresses;
    private final boolean behindProxy;

    private ClientLimits(
            Guards all,
            Map<String, Guards> byClient,
            Map<String, EachGuards> users,
            EachGuards addresses,
            boolean behindProxy) {
        this.all = all;
        this.byClient = Map.copyOf(byClient);
        this.users = Map.copyOf(users);
        this.addresses = addresses;
        this.behindProxy = behindProxy;
    }

    /// The limits to use from now on. Those whose settings stay as they are keep their state; requests
    /// under way give back what they took to the limits they took it from.
    public ClientLimits next(Wanted wanted, Time time) {
        var guards = new HashMap<String, Guards>();
        wanted.clients()
                .forEach((name, settings) -> {
                    Guards before = byClient.getOrDefault(name, Guards.NONE);
                    guards.put(name, before.next(settings, time));
                });
        var each = new HashMap<String, EachGuards>();
        wanted.users()
                .forEach((name, limit) -> {
                    EachGuards before = users.getOrDefault(name, EachGuards.NONE);
                    EachGuards next = before.next(limit.settings(), limit.counted(), time);
                    if (next.limits()) {
                        each.put(name, next);
                    }
                });
        Each sources = wanted.addresses();
        return new ClientLimits(
                all.next(wanted.common(), time),
                guards,
                each,
                addresses.next(sources.settings(), sources.counted(), time),
                wanted.behindProxy());
    }

    /// The same, where only clients and all of them have limits.
    public ClientLimits next(Settings common, Map<String, Settings> clients, Time time) {
        return next(new Wanted(common, clients, Map.of(), Each.NONE, false), time);
    }

    /// Whether end users of that client are told apart.
    public boolean countsUsers(Client client) {
        return users.containsKey(client.name());
    }

    /// Whether source addresses are told apart.
    public boolean countsAddresses() {
        return addresses.limits();
    }

    /// Whether a proxy in front says where requests come from.
    public boolean behindProxy() {
        return behindProxy;
    }

    /// As the other, for somebody of whom only the key matters.
    public ClientAdmission admit(Client client, long tokens, Deadline deadline)
            throws InterruptedException {
        return admit(new Caller(client), tokens, deadline);
    }

    /// Takes a place, one request and `tokens` from the limits of the end user, the address, the client
    /// and all together, or nothing. Waits for a place no longer than the limits and `deadline` allow.
    ///
    /// @param tokens an estimate; settled later
    /// @throws InterruptedException if the client goes away meanwhile; nothing is then held
    public ClientAdmission admit(Caller caller, long tokens, Deadline deadline)
            throws InterruptedException {
        Guards[] asked = asked(caller);
        int entered = 0;
        Bulkhead.Entry entry = Bulkhead.Entry.ENTERED;
        boolean taken = false;
        try {
            while (entered < asked.length && entry == Bulkhead.Entry.ENTERED) {
                entry = asked[entered].enter(caller.client(), deadline);
                entered += entry == Bulkhead.Entry.ENTERED ? 1 : 0;
            }
            if (entry != Bulkhead.Entry.ENTERED) {
                return asked[entered].crowded(whose(asked, entered, caller), entry);
            }
            ClientAdmission answer = take(asked, caller, tokens);
            taken = answer instanceof Granted;
            return answer;
        } finally {
            if (!taken) {
                for (int i = 0; i < entered; i++) {
                    asked[i].leave();
                }
            }
        }
    }

    /// From the narrowest to the widest: who waits for itself holds nothing that others need. The last
    /// two are always the client's own and the common ones.
    private Guards[] asked(Caller caller) {
        Guards own = byClient.getOrDefault(caller.client().name(), Guards.NONE);
        EachGuards each = users.get(caller.client().name());
        if (each == null) {
            return addresses.limits()
                    ? new Guards[] {addresses.of(caller.address()), own, all}
                    : new Guards[] {own, all};
        }
        Guards user = each.of(caller.user());
        return addresses.limits()
                ? new Guards[] {user, addresses.of(caller.address()), own, all}
                : new Guards[] {user, own, all};
    }

    private String whose(Guards[] asked, int index, Caller caller) {
        if (index == asked.length - 1) {
            return EVERYBODY;
        }
        String key = "key `" + caller.client().name() + "`";
        if (index == asked.length - 2) {
            return key;
        }
        if (index == 0 && countsUsers(caller.client())) {
            return caller.user().isEmpty()
                    ? "requests of " + key + " that name no user"
                    : "user `" + caller.user() + "` of " + key;
        }
        return "address " + caller.address();
    }

    private ClientAdmission take(Guards[] asked, Caller caller, long tokens) {
        var tickets = new long[asked.length];
        for (int i = 0; i < asked.length; i++) {
            tickets[i] = asked[i].take(tokens);
            if (tickets[i] < 0) {
                for (int before = 0; before < i; before++) {
                    asked[before].refund(tickets[before], tokens);
                }
                return asked[i].refused(tickets[i], tokens, whose(asked, i, caller));
            }
        }
        return new Granted(
                shown(asked).status(),
                used -> {
                    for (int i = 0; i < asked.length; i++) {
                        asked[i].settle(tickets[i], tokens, used);
                    }
                });
    }

    /// The narrowest that limits rates: that is the one which a client comes up against.
    private static Guards shown(Guards[] asked) {
        for (Guards one : asked) {
            if (one.limiter != null) {
                return one;
            }
        }
        return Guards.NONE;
    }

    private static final String EVERYBODY = "all clients of this gateway together";

    /// The guards of one owner; what is not limited has none.
    static final class Guards {
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
