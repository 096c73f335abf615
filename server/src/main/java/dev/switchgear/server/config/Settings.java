package dev.switchgear.server.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
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
                        case Shape.Section _, Shape.Named _, Shape.Maybe _ -> false;
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
            boolean section = plain.isRecord() && Scalars.of(plain).isEmpty();
            return section ? new Shape.Section(plain) : new Shape.Single(plain);
        }
        throw new IllegalStateException("no setting can be a " + type);
    }
}
