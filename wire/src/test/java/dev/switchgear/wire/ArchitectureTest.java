package dev.switchgear.wire;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import dev.switchgear.walls.HandedIn;
import dev.switchgear.walls.Rooms;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URL;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Holds what the drawing of the house says about `wire`.
class ArchitectureTest {
    private static final JavaClasses CLASSES = Rooms.classesOf("wire");

    private static final Rooms ROOMS =
            Rooms.of(
                    CLASSES,
                    Map.ofEntries(
                            Map.entry("wire", List.of("core.call")),
                            Map.entry("wire.egress", List.of("wire")),
                            Map.entry("wire.stream", List.of("wire")),
                            Map.entry(
                                    "wire.http",
                                    List.of("wire", "wire.egress", "core.call", "core.time"))));

    @Test
    void every_package_is_a_room() {
        assertThat(ROOMS.misplaced()).isEmpty();
    }

    @Test
    void each_room_knows_those_written_here_and_nobody_else() {
        assertThat(ROOMS.arrows()).allSatisfy(rule -> rule.check(CLASSES));
    }

    @Test
    void rooms_form_no_circle() {
        ROOMS.noCircle().check(CLASSES);
    }

    @Test
    void no_library_is_used() {
        noClasses()
                .should()
                .dependOnClassesThat(
                        not(
                                resideInAnyPackage(
                                        "dev.switchgear..",
                                        "java..",
                                        // The times of TCP keep-alive.
                                        "jdk.net..",
                                        "javax.net.ssl..",
                                        "org.jspecify..")))
                .check(CLASSES);
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
                .check(CLASSES);
    }

    /// Except [dev.switchgear.wire.http.Lookups]: the system's resolver blocks in native code, where it
    /// would hold a carrier of the virtual threads, and hears no interrupt.
    @Test
    void time_and_threads_are_handed_in() {
        HandedIn.timeAndThreads(List.of("dev.switchgear.wire.http.Lookups")).check(CLASSES);
    }
}
