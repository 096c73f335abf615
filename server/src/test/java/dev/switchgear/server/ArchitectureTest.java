package dev.switchgear.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import dev.switchgear.walls.HandedIn;
import dev.switchgear.walls.Rooms;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Holds what the drawing of the house says about `server`.
class ArchitectureTest {
    private static final JavaClasses CLASSES = Rooms.classesOf("server");

    private static final Rooms ROOMS =
            Rooms.of(
                    CLASSES,
                    Map.ofEntries(
                            // Wires everything.
                            Map.entry(
                                    "server",
                                    List.of(
                                            "core..",
                                            "families..",
                                            "identity",
                                            "importer",
                                            "providers..",
                                            "simulator..",
                                            "wire..",
                                            "server..")),
                            Map.entry("server.names", List.of()),
                            // Takes text, and hands it on.
                            Map.entry("server.output", List.of("core.time")),
                            Map.entry("server.door", List.of("core.time")),
                            Map.entry(
                                    "server.door.vertx",
                                    List.of("core.time", "server.door", "wire.http")),
                            // Data: it knows words, and no policy.
                            Map.entry(
                                    "server.config",
                                    List.of(
                                            "core.time",
                                            "core.vault",
                                            "families.llm.model",
                                            "families.money",
                                            "identity",
                                            "server.names",
                                            "providers",
                                            "providers.llm",
                                            // Whether it could be sent at all, those say who send.
                                            "wire",
                                            "wire.egress",
                                            "wire.http")),
                            Map.entry("server.seal", List.of("core.vault")),
                            Map.entry(
                                    "server.identity",
                                    List.of("core..", "identity", "server.config")),
                            // Reads events and standings, and steers nothing.
                            Map.entry("server.monitor", List.of("core..", "families..")),
                            // What the gateways of all families share, which knows none of them.
                            Map.entry(
                                    "server.gateway",
                                    List.of("core..", "families.money", "wire", "server.config")),
                            Map.entry(
                                    "server.gateway.llm",
                                    List.of(
                                            "core..",
                                            "families..",
                                            "providers..",
                                            "wire..",
                                            "server.config",
                                            "server.gateway")),
                            Map.entry(
                                    "server.api",
                                    List.of(
                                            "core.call",
                                            "identity",
                                            "server.door",
                                            "server.names")),
                            Map.entry(
                                    "server.api.limit",
                                    List.of(
                                            "core..",
                                            "identity",
                                            "server.config",
                                            "server.gateway")),
                            Map.entry(
                                    "server.api.own",
                                    List.of("server.api", "server.door", "server.names")),
                            Map.entry(
                                    "server.api.operate",
                                    List.of(
                                            "core..",
                                            // What was spent, and how budgets stand.
                                            "families..",
                                            "identity",
                                            "server.api",
                                            "server.api.own",
                                            "server.door",
                                            "server.gateway..",
                                            "server.monitor",
                                            "server.names")),
                            // Each surface of the family knows the dialect that its clients speak.
                            Map.entry(
                                    "server.api.llm",
                                    List.of(
                                            "core..",
                                            "families..",
                                            "identity",
                                            "server.api",
                                            "server.api.limit",
                                            "server.door",
                                            "server.gateway..",
                                            "server.names")),
                            Map.entry(
                                    "server.api.llm.anthropic",
                                    List.of(
                                            "core..",
                                            "dialects.anthropic",
                                            "families..",
                                            "server.api",
                                            "server.api.llm",
                                            "server.door",
                                            "server.gateway..",
                                            "server.names")),
                            Map.entry(
                                    "server.api.llm.gemini",
                                    List.of(
                                            "dialects.gemini",
                                            "families..",
                                            "server.api",
                                            "server.api.llm",
                                            "server.door",
                                            "server.gateway..",
                                            "server.names")),
                            Map.entry(
                                    "server.api.llm.ollama",
                                    List.of(
                                            "dialects.json",
                                            "dialects.ollama",
                                            "families..",
                                            "server.api",
                                            "server.api.llm",
                                            "server.door",
                                            "server.gateway..")),
                            Map.entry(
                                    "server.api.llm.openai",
                                    List.of(
                                            "dialects.openai",
                                            "families..",
                                            "server.api",
                                            "server.api.llm",
                                            "server.door",
                                            "server.gateway..",
                                            "server.names")),
                            Map.entry(
                                    "server.api.llm.own",
                                    List.of(
                                            "dialects.own",
                                            "server.api.own",
                                            "families..",
                                            "server.api",
                                            "server.api.llm",
                                            "server.door",
                                            "server.gateway..")),
                            // Its parts know each other one way: who hears answers knows nobody,
                            // and who serves the paths knows all.
                            Map.entry(
                                    "server.api.llm.responses.heard",
                                    List.of("dialects.json", "server.door")),
                            Map.entry(
                                    "server.api.llm.responses.kept",
                                    List.of(
                                            "core.call",
                                            "core.share",
                                            "core.time",
                                            "dialects.json",
                                            "server.api",
                                            "server.api.llm.responses.heard",
                                            "server.names",
                                            "server.seal")),
                            Map.entry(
                                    "server.api.llm.responses.compact",
                                    List.of(
                                            "core.vault",
                                            "dialects.json",
                                            "families..",
                                            "identity",
                                            "server.api",
                                            "server.api.llm",
                                            "server.api.llm.responses.heard",
                                            "server.door",
                                            "server.names",
                                            "server.seal")),
                            Map.entry(
                                    "server.api.llm.responses.socket",
                                    List.of(
                                            "core.time",
                                            "dialects.json",
                                            "families.json",
                                            "identity",
                                            "server.api",
                                            "server.api.llm",
                                            "server.api.llm.responses.heard",
                                            "server.api.llm.responses.kept",
                                            "server.door",
                                            "server.names")),
                            Map.entry(
                                    "server.api.llm.responses.background",
                                    List.of(
                                            "core.share",
                                            "core.time",
                                            "dialects.json",
                                            "families..",
                                            "server.api.llm",
                                            "server.api.llm.responses.heard",
                                            "server.door",
                                            "server.seal")),
                            Map.entry(
                                    "server.api.llm.responses",
                                    List.of(
                                            "core..",
                                            "dialects.json",
                                            "dialects.responses",
                                            "server.api.llm.openai",
                                            "families..",
                                            "identity",
                                            "server.api",
                                            "server.api.llm",
                                            "server.api.llm.responses..",
                                            "server.door",
                                            "server.gateway..",
                                            "server.names")),
                            Map.entry(
                                    "server.demo",
                                    List.of(
                                            "core..",
                                            "simulator..",
                                            "server.config",
                                            "server.door",
                                            "server.gateway..",
                                            "server.monitor"))));

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

    /// So that the door can be another one.
    @Test
    void only_the_room_behind_the_door_knows_its_library() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.switchgear.server.door.vertx..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.vertx..", "io.netty..")
                .check(CLASSES);
    }

    @Test
    void time_and_threads_are_handed_in() {
        HandedIn.timeAndThreads(List.of()).check(CLASSES);
    }
}
