package dev.switchgear.server.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Reads the definition: what kinds of value the records of [Config] hold. [Binder] and [Schema] both
/// ask here, so that they cannot disagree.
final class Settings {
    /// One component of a record.
    record Setting(String name, Key key, Shape shape) {
        /// Whether it must be written.
        boolean mandatory() {
            return key.required()
                    || switch (shape) {
                        case Shape.Single _ -> key.fallback().isEmpty();
                        case Shape.Listed _ -> !key.min().isEmpty();
                        case Shape.Section _, Shape.Named _, Shape.Maybe _, Shape.OneOf _ -> false;
                    };
        }
    }

    /// What a setting holds.
    sealed interface Shape {
        /// One value.
        record Single(Class<?> type) implements Shape {}

        /// A record of settings.
        record Section(Class<?> type) implements Shape {}

        record Listed(Shape item) implements Shape {}

        record Named(Shape value) implements Shape {}

        record Maybe(Shape value) implements Shape {}

        /// One of several records of settings, by what one more setting says.
        ///
        /// @param by says which, in a word of `cases`
        /// @param cases the record of each word
        record OneOf(Class<?> type, Setting by, Map<String, Class<?>> cases) implements Shape {
            /// Those of the usual case.
            Class<?> usual() {
                return of(by.key().fallback());
            }

            Class<?> of(String word) {
                Class<?> section = cases.get(word);
                if (section == null) {
                    throw new IllegalStateException(type + " has no case " + word);
                }
                return section;
            }
        }
    }

    private static final ClassValue<List<Setting>> DEFINED =
            new ClassValue<>() {
                @Override
                protected List<Setting> computeValue(Class<?> section) {
                    return Stream.of(section.getRecordComponents()).map(Settings::setting).toList();
                }
            };

    private Settings() {}

    static List<Setting> of(Class<?> section) {
        return DEFINED.get(section);
    }

    private static Setting setting(RecordComponent component) {
        Key key = component.getAnnotation(Key.class);
        if (key == null) {
            throw new IllegalStateException(component + " has no @Key");
        }
        return new Setting(
                Scalars.dashed(component.getName()), key, shape(component.getGenericType()));
    }

    private static Shape shape(Type type) {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            if (generic.getRawType() == List.class) {
                return new Shape.Listed(shape(arguments[0]));
            }
            if (generic.getRawType() == Map.class) {
                return new Shape.Named(shape(arguments[1]));
            }
            if (generic.getRawType() == Optional.class) {
                return new Shape.Maybe(shape(arguments[0]));
            }
        }
        if (type instanceof Class<?> plain) {
            Cases cases = plain.getAnnotation(Cases.class);
            if (cases != null) {
                return oneOf(plain, cases);
            }
            boolean section = plain.isRecord() && Scalars.of(plain).isEmpty();
            return section ? new Shape.Section(plain) : new Shape.Single(plain);
        }
        throw new IllegalStateException("no setting can be a " + type);
    }

    private static Shape oneOf(Class<?> type, Cases cases) {
        var sections = new LinkedHashMap<String, Class<?>>();
        for (Class<?> section : type.getPermittedSubclasses()) {
            sections.put(Scalars.dashed(section.getSimpleName()), section);
        }
        if (!List.copyOf(sections.keySet()).equals(Scalars.words(cases.of()))) {
            throw new IllegalStateException(
                    type + " has the cases " + sections.keySet() + ", not those of " + cases.of());
        }
        return new Shape.OneOf(
                type,
                new Setting(cases.by(), cases.key(), new Shape.Single(cases.of())),
                Collections.unmodifiableMap(sections));
    }
}
