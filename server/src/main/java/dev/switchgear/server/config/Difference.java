package dev.switchgear.server.config;

import dev.switchgear.server.config.Settings.Setting;
import dev.switchgear.server.config.Settings.Shape;
import dev.switchgear.server.names.Quote;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// Names the settings in which two configurations differ; never their values, which may be secrets.
final class Difference {
    private final List<String> lines = new ArrayList<>();
    private final List<String> later = new ArrayList<>();

    private Difference() {}

    /// For example `resilience.retry.attempts changed`, `providers.groq added`.
    static List<String> between(Config before, Config after) {
        var difference = new Difference();
        difference.section(Config.class, before, after, "");
        return List.copyOf(difference.lines);
    }

    /// The same, as far as a running gateway does not take it up before its next start.
    static List<String> atNextStart(Config before, Config after) {
        var difference = new Difference();
        difference.section(Config.class, before, after, "");
        return List.copyOf(difference.later);
    }

    private void section(Class<?> type, Object before, Object after, String path) {
        List<Setting> settings = Settings.of(type);
        RecordComponent[] components = type.getRecordComponents();
        for (int i = 0; i < components.length; i++) {
            String name = settings.get(i).name();
            int known = lines.size();
            value(
                    settings.get(i).shape(),
                    read(components[i], before),
                    read(components[i], after),
                    path.isEmpty() ? name : path + "." + name);
            if (settings.get(i).key().atStart()) {
                later.addAll(lines.subList(known, lines.size()));
            }
        }
    }

    private void value(Shape shape, Object before, Object after, String path) {
        if (before.equals(after)) {
            return;
        }
        switch (shape) {
            case Shape.Section section -> section(section.type(), before, after, path);
            case Shape.OneOf choice -> {
                if (before.getClass() == after.getClass()) {
                    section(before.getClass(), before, after, path);
                } else {
                    lines.add(path + "." + choice.by().name() + " changed");
                }
            }
            case Shape.Named named ->
                    entries(named.value(), (Map<?, ?>) before, (Map<?, ?>) after, path);
            case Shape.Listed listed ->
                    items(listed.item(), (List<?>) before, (List<?>) after, path);
            case Shape.Single _, Shape.Maybe _ -> lines.add(path + " changed");
        }
    }

    private void entries(Shape shape, Map<?, ?> before, Map<?, ?> after, String path) {
        var names = new TreeSet<String>();
        before.keySet().forEach(name -> names.add(name.toString()));
        after.keySet().forEach(name -> names.add(name.toString()));
        for (String name : names) {
            String inner = path + "." + Quote.of(name);
            Object left = before.get(name);
            Object right = after.get(name);
            if (left == null) {
                lines.add(inner + " added");
            } else if (right == null) {
                lines.add(inner + " removed");
            } else {
                value(shape, left, right, inner);
            }
        }
    }

    private void items(Shape shape, List<?> before, List<?> after, String path) {
        if (before.size() != after.size()) {
            lines.add(path + ": " + before.size() + " before, " + after.size() + " now");
            return;
        }
        for (int i = 0; i < before.size(); i++) {
            value(shape, before.get(i), after.get(i), path + "[" + i + "]");
        }
    }

    private static Object read(RecordComponent component, Object section) {
        try {
            return component.getAccessor().invoke(section);
        } catch (IllegalAccessException | InvocationTargetException impossible) {
            throw new IllegalStateException("a record hides " + component, impossible);
        }
    }
}
