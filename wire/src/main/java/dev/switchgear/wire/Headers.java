package dev.switchgear.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/// HTTP header fields in order; names compare without case. Never prints values, which may be
/// credentials. Immutable.
public final class Headers {
    public static final Headers NONE = new Headers(List.of());

    /// Name, value, name, value, …
    private final List<String> flat;

    private Headers(List<String> flat) {
        this.flat = flat;
    }

    /// @param flat name, value, name, value, …
    public static Headers of(String... flat) {
        if (flat.length % 2 != 0) {
            throw new IllegalArgumentException("headers: a name without a value");
        }
        return new Headers(List.of(flat));
    }

    /// The first value of the field.
    public Optional<String> first(String name) {
        for (int i = 0; i < flat.size(); i += 2) {
            if (flat.get(i).equalsIgnoreCase(name)) {
                return Optional.of(flat.get(i + 1));
            }
        }
        return Optional.empty();
    }

    /// All values of the field, in order.
    public List<String> all(String name) {
        var values = new ArrayList<String>();
        forEach((candidate, value) -> {
            if (candidate.equalsIgnoreCase(name)) {
                values.add(value);
            }
        });
        return List.copyOf(values);
    }

    public void forEach(BiConsumer<String, String> action) {
        for (int i = 0; i < flat.size(); i += 2) {
            action.accept(flat.get(i), flat.get(i + 1));
        }
    }

    /// These fields and one more behind them.
    public Headers with(String name, String value) {
        var longer = new ArrayList<>(flat);
        longer.add(name);
        longer.add(value);
        return new Headers(List.copyOf(longer));
    }

    /// How many fields there are.
    public int size() {
        return flat.size() / 2;
    }

    @Override
    public String toString() {
        var names = new StringBuilder("Headers[");
        for (int i = 0; i < flat.size(); i += 2) {
            names.append(i == 0 ? "" : ", ").append(flat.get(i));
        }
        return names.append(']').toString();
    }
}
