package dev.switchgear.wire;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URL;
import java.nio.channels.SocketChannel;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses WIRE =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("dev.switchgear.wire", "dev.switchgear.core");

    @Test
    void wire_knows_only_core_and_the_jdk() {
        noClasses()
                .that()
                .resideInAPackage("dev.switchgear.wire..")
                .should()
                .dependOnClassesThat(
                        not(
                                resideInAnyPackage(
                                        "dev.switchgear.wire..",
                                        "dev.switchgear.core.call..",
                                        "dev.switchgear.core.time..",
                                        "java..",
                                        "javax.net.ssl..",
                                        "org.jspecify..")))
                .check(WIRE);
    }

    @Test
    void only_the_connector_opens_sockets() {
        noClasses()
                .that(not(resideInAPackage("dev.switchgear.wire.http..")))
                .should()
                .dependOnClassesThat(
                        JavaClass.Predicates.assignableTo(SocketChannel.class)
                                .or(JavaClass.Predicates.assignableTo(Socket.class))
                                .or(JavaClass.Predicates.assignableTo(ServerSocket.class))
                                .or(JavaClass.Predicates.assignableTo(DatagramSocket.class))
                                .or(JavaClass.Predicates.assignableTo(URL.class))
                                .or(resideInAPackage("java.net.http..")))
                .check(WIRE);
    }

    @Test
    void the_clock_is_handed_in() {
        noClasses()
                .that()
                .resideInAPackage("dev.switchgear.wire..")
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .check(WIRE);
    }

    @Test
    void the_rooms_form_no_circle() {
        slices().matching("dev.switchgear.wire.(*)..").should().beFreeOfCycles().check(WIRE);
        noClasses()
                .that()
                .resideInAPackage("dev.switchgear.wire")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.switchgear.wire.egress..",
                        "dev.switchgear.wire.http..",
                        "dev.switchgear.wire.stream..")
                .check(WIRE);
    }
}
