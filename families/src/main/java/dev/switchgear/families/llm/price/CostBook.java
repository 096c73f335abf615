package dev.switchgear.families.llm.price;

import dev.switchgear.families.llm.tokens.TokenUsage;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// What calls have cost: since the start, and day by day, each by who paid, whose credential was used and
/// which model was asked. Thread-safe; writing holds a lock for about a microsecond.
///
/// It is kept in memory and begins empty. It holds the last [#DAYS_MOST] days. Of a day, and since the
/// start, it tells up to [#LINES_MOST] combinations apart; the attempts of any further ones are counted
/// under the model [#OTHER], and beyond as many again under [#OTHER] altogether. So every sum over all of
/// it is exact.
public final class CostBook {
    /// What names beyond the bound are counted under.
    public static final String OTHER = "other";

    /// Days that are kept, the last ones.
    public static final int DAYS_MOST = 62;

    /// Combinations told apart.
    public static final int LINES_MOST = 1_000;

    /// Who spent it, and where.
    ///
    /// @param client who called
    /// @param provider the account's id
    /// @param key the name of the credential
    /// @param model as it was asked of the provider
    public record Account(String client, String provider, String key, String model) {
        private static final Account ANY = new Account(OTHER, OTHER, OTHER, OTHER);

        private Account ofAnyModel() {
            return new Account(client, provider, key, OTHER);
        }
    }

    /// One attempt that a provider may bill.
    ///
    /// @param day on which the call came, in UTC
    public record Entry(LocalDate day, Account account, TokenUsage usage, Cost cost) {}

    /// What can be told apart.
    public enum Column {
        DAY,
        CLIENT,
        PROVIDER,
        KEY,
        MODEL
    }

    /// What was spent in one way on one day.
    public record Line(LocalDate day, Account account, CostTotals totals) {
        public String value(Column column) {
            return switch (column) {
                case DAY -> day.toString();
                case CLIENT -> account.client();
                case PROVIDER -> account.provider();
                case KEY -> account.key();
                case MODEL -> account.model();
            };
        }
    }

    /// What was spent in one way since the start.
    public static final class Running {
        private final Account account;
        private volatile CostTotals totals = CostTotals.NONE;

        private Running(Account account) {
            this.account = account;
        }

        public Account account() {
            return account;
        }

        /// As of now.
        public CostTotals totals() {
            return totals;
        }
    }

    private final int linesMost;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by the lock.
    private final NavigableMap<LocalDate, Map<Account, CostTotals>> days = new TreeMap<>();
    private final Map<Account, Running> sinceStart = new HashMap<>();
    private CostTotals total = CostTotals.NONE;

    private volatile Consumer<Running> watcher = _ -> {};

    public CostBook() {
        this(LINES_MOST);
    }

    /// @param linesMost combinations told apart; 1 or more
    public CostBook(int linesMost) {
        this.linesMost = linesMost;
    }

    /// Tells `watcher` of each combination once something new is told of it: at first, and when it has its
    /// first tokens of a kind. It is told on the thread that enters.
    public void watch(Consumer<Running> watcher) {
        this.watcher = watcher;
    }

    public void enter(Entry entry) {
        Running running;
        boolean news;
        lock.lock();
        try {
            total = total.plus(entry.usage(), entry.cost());
            Map<Account, CostTotals> day = days.computeIfAbsent(entry.day(), _ -> new HashMap<>());
            Account kept = kept(day, entry.account());
            day.put(
                    kept,
                    day.getOrDefault(kept, CostTotals.NONE).plus(entry.usage(), entry.cost()));
            if (days.size() > DAYS_MOST) {
                days.pollFirstEntry();
            }
            running = sinceStart.computeIfAbsent(kept(sinceStart, entry.account()), Running::new);
            CostTotals before = running.totals;
            running.totals = before.plus(entry.usage(), entry.cost());
            news = before.attempts() == 0 || newKind(before.tokens(), entry.usage());
        } finally {
            lock.unlock();
        }
        if (news) {
            watcher.accept(running);
        }
    }

    private static final TokenKind[] KINDS = TokenKind.values();

    private static boolean newKind(TokenUsage before, TokenUsage now) {
        for (TokenKind kind : KINDS) {
            if (kind.of(now) > 0 && kind.of(before) == 0) {
                return true;
            }
        }
        return false;
    }

    /// Under what an account is counted.
    private Account kept(Map<Account, ?> lines, Account account) {
        if (lines.containsKey(account) || lines.size() < linesMost) {
            return account;
        }
        Account anyModel = account.ofAnyModel();
        return lines.containsKey(anyModel) || lines.size() < 2 * linesMost ? anyModel : Account.ANY;
    }

    /// All since the start.
    public CostTotals total() {
        lock.lock();
        try {
            return total;
        } finally {
            lock.unlock();
        }
    }

    /// What the days hold, as of now.
    public List<Line> lines() {
        var lines = new ArrayList<Line>();
        lock.lock();
        try {
            days.forEach((day, accounts) ->
                    accounts.forEach(
                            (account, totals) -> lines.add(new Line(day, account, totals))));
        } finally {
            lock.unlock();
        }
        return lines;
    }

    /// Sums of the days.
    ///
    /// @param which lines count
    /// @param by what is told apart, in this order; none for one sum
    /// @return by the values of `by`, in the order of these
    public SortedMap<List<String>, CostTotals> totals(Predicate<Line> which, List<Column> by) {
        var sums = new TreeMap<List<String>, CostTotals>(CostBook::compare);
        for (Line line : lines()) {
            if (which.test(line)) {
                sums.merge(by.stream().map(line::value).toList(), line.totals(), CostTotals::plus);
            }
        }
        return sums;
    }

    private static int compare(List<String> one, List<String> other) {
        for (int i = 0; i < one.size(); i++) {
            int order = Comparator.<String>naturalOrder().compare(one.get(i), other.get(i));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }
}
