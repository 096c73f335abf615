package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.switchgear.server.config.Config;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// A setting that can be written but changes nothing is a lie.
class SettingsTest {
    @Test
    void every_setting_is_read_by_what_it_is_for() {
        JavaClasses classes =
                new ClassFileImporter()
                        .withImportOption(new ImportOption.DoNotIncludeTests())
                        .importPackages("dev.switchgear.server");
        List<String> unread = new ArrayList<>();

        Stream<Class<?>> sections =
                Stream.concat(
                        Stream.of(Config.class.getDeclaredClasses()),
                        Stream.of(Config.Match.class.getPermittedSubclasses()));
        for (Class<?> section : sections.toList()) {
            if (section.isRecord()) {
                for (RecordComponent setting : section.getRecordComponents()) {
                    if (!isRead(classes.get(section), setting.getName())) {
                        unread.add(section.getSimpleName() + "." + setting.getName());
                    }
                }
            }
        }

        assertThat(unread)
                .containsExactlyInAnyOrder(
                        // Read by Provider itself: kindOf.
                        "Provider.kind",
                        // What each provider's own begin with.
                        "Resilience.breaker",
                        "Resilience.timeouts");
    }

    /// By anybody who does more than check it.
    private static boolean isRead(JavaClass section, String name) {
        JavaMethod accessor = section.getMethod(name);
        return accessor.getAccessesToSelf().stream()
                .map(access -> access.getOriginOwner())
                .anyMatch(reader ->
                        !reader.equals(section)
                                && !reader.isEquivalentTo(Config.class)
                                && !reader.getSimpleName().equals("Checks"));
    }
}
