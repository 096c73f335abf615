package dev.switchgear.families.llm.price;

import dev.switchgear.families.llm.tokens.TokenUsage;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/// What calls have cost since the start: all together, and by client, provider, upstream and model.
/// Thread-safe; writing holds a lock for about a microsecond.
///
/// Each way of looking at it keeps a bounded number of names; the calls of all further ones are
/// counted under [#OTHER], so every way adds up to the same total.
public final class CostBook {
    /// What names beyond the bound are counted under.
    public static final String OTHER = "other";

    private static final int NAMES_MOST = 1_000;

    /// A way to look at costs.
    public enum By {
        CLIENT,
        PROVIDER,
        /// A credential, as `provider/key`.
        UPSTREAM,
        /// As `provider/model`.
        MODEL
    }

    /// One attempt that a provider may bill.
    ///
    /// @param client who called
    /// @param provider the account's id
    /// @param key the name of the credential
    /// @param model as it was asked of the provider
    public record Entry(
            String client, String provider, String key, String model, TokenUsage usage, Cost cost) {
        String name(By by) {
            return switch (by) {
                case CLIENT -> client;
                case PROVIDER -> provider;
                case UPSTREAM -> provider + "/" + key;
                case MODEL -> provider + "/" + model;
            };
        }
    }

    private final int namesMost;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by the lock.
    private final Map<By, SortedMap<String, CostTotals>> totals = new EnumMap<>(By.class);
    private CostTotals total = CostTotals.NONE;

    public CostBook() {
        this(NAMES_MOST);
    }

    /// @param namesMost names that each way of looking keeps; 1 or more
    public CostBook(int namesMost) {
        this.namesMost = namesMost;
        for (By by : By.values()) {
            totals.put(by, new TreeMap<>());
        }
    }

    public void enter(Entry entry) {
        lock.lock();
        try {
            total = total.plus(entry.usage(), entry.cost());
            totals.forEach((by, named) -> {
                String name = entry.name(by);
                String kept = named.containsKey(name) || named.size() < namesMost ? name : OTHER;
                CostTotals before = named.getOrDefault(kept, CostTotals.NONE);
                named.put(kept, before.plus(entry.usage(), entry.cost()));
            });
        } finally {
            lock.unlock();
        }
    }

    public CostTotals total() {
        lock.lock();
        try {
            return total;
        } finally {
            lock.unlock();
        }
    }

    /// By name, as of now.
    public SortedMap<String, CostTotals> totals(By by) {
        lock.lock();
        try {
            return new TreeMap<>(totals.getOrDefault(by, new TreeMap<>()));
        } finally {
            lock.unlock();
        }
    }
}
