package dev.switchgear.server.config;

import dev.switchgear.core.event.Journal;
import dev.switchgear.core.time.Time;
import dev.switchgear.core.vault.Secret;
import dev.switchgear.families.llm.model.Catalogue;
import dev.switchgear.server.monitor.Monitor;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Path;
import java.time.temporal.TemporalAmount;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Everything that a running gateway holds of values: each with the way of fields that leads to it.
/// Two gateways that nobody has called yet and that work by the same settings hold the same.
///
/// It looks into our own objects, and into the JDK's containers; what lies in a library's is not seen.
final class RunningState {
    private record Held(String way, Object object) {}

    /// What keeps time, events and threads holds no setting. What was learned of time (`LearnedHabits`) is kept by place, and outlives it on purpose.
    private static final Set<Class<?>> APART = Set.of(Time.class, Journal.class, Monitor.class);

    private final boolean catalogue;

    private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Deque<Held> waiting = new ArrayDeque<>();
    private final List<String> lines = new ArrayList<>();

    private RunningState(boolean catalogue) {
        this.catalogue = catalogue;
    }

    /// @param catalogue whether what is known of models is looked at too, which is much
    static List<String> of(Object gateway, boolean catalogue) {
        var state = new RunningState(catalogue);
        state.waiting.add(new Held("", gateway));
        while (!state.waiting.isEmpty()) {
            state.look(state.waiting.remove());
        }
        return state.lines;
    }

    private void look(Held held) {
        Object object = held.object();
        String way = held.way();
        if (object instanceof Catalogue && !catalogue) {
            return;
        }
        if (APART.stream().anyMatch(type -> type.isInstance(object))
                || object.getClass().getSimpleName().equals("LearnedHabits")) {
            return;
        }
        if (isValue(object)) {
            lines.add(way + " = " + (object instanceof Secret secret ? secret.reveal() : object));
            return;
        }
        // Records and lists may be shared or equal, whichever: their values count.
        boolean ours = object.getClass().getName().startsWith("dev.switchgear.");
        if (ours && !(object instanceof Record) && !seen.add(object)) {
            return;
        }
        switch (object) {
            case Optional<?> some -> some.ifPresent(value -> add(way, value));
            case Map<?, ?> map -> {
                var sorted = new TreeMap<String, Object>();
                map.forEach((key, value) -> sorted.put(key.toString(), value));
                lines.add(way + " holds " + sorted.keySet());
                sorted.forEach((key, value) -> add(way + "[" + key + "]", value));
            }
            case Set<?> set ->
                    lines.add(
                            way + " holds " + set.stream().map(Object::toString).sorted().toList());
            case Collection<?> all -> all(way, all.stream());
            default -> {
                if (object.getClass().isArray()) {
                    all(way, array(object));
                } else if (ours) {
                    fields(way, object);
                }
            }
        }
    }

    private static Stream<Object> array(Object array) {
        return Stream.iterate(0, i -> i < Array.getLength(array), i -> i + 1)
                .map(i -> Array.get(array, i));
    }

    private void all(String way, Stream<?> values) {
        var place = new int[1];
        values.forEach(value -> {
            add(way + "[" + place[0] + "]", value);
            place[0]++;
        });
    }

    private void fields(String way, Object object) {
        for (Class<?> type = object.getClass(); type != Object.class; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                // A number that changes is what has been counted.
                boolean counted =
                        field.getType().isPrimitive() && !Modifier.isFinal(field.getModifiers());
                if (!Modifier.isStatic(field.getModifiers()) && !counted) {
                    field.setAccessible(true);
                    try {
                        add(way + "." + field.getName(), field.get(object));
                    } catch (IllegalAccessException impossible) {
                        throw new IllegalStateException(impossible);
                    }
                }
            }
        }
    }

    private void add(String way, Object value) {
        if (value != null) {
            waiting.add(new Held(way, value));
        }
    }

    private static boolean isValue(Object object) {
        return object instanceof CharSequence
                || object instanceof Integer
                || object instanceof Long
                || object instanceof Double
                || object instanceof Boolean
                || object instanceof Enum<?>
                || object instanceof TemporalAmount
                || object instanceof Path
                || object instanceof URI
                || object instanceof BigDecimal
                || object instanceof Secret;
    }
}
