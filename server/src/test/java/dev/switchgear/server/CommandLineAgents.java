package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.server.LibraryAgents.Asked;
import dev.switchgear.simulator.settings.ProviderSettings;
import dev.switchgear.simulator.settings.SimulatorSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A gateway before two providers of a route, of which the first dies amid what an agent of the command
/// line does, and the folder in which the agent works. The model is led by orders in what is said to it.
///
/// The agent sees nothing of the environment of the build but the path to programs: no key, no settings.
final class CommandLineAgents implements AutoCloseable {
    private static final int SECONDS = 90;

    private final House house;
    private final Path home;
    private final Path work;

    private CommandLineAgents(House house, Path home, Path work) {
        this.house = house;
        this.home = home;
        this.work = work;
    }

    /// @param model that the agent asks for
    /// @param second the kind of the provider behind the first
    /// @param asks the model that is asked where a kind's own would be
    static CommandLineAgents open(
            Path folder, String model, Asked first, Asked second, UnaryOperator<String> asks)
            throws IOException {
        Path home = Files.createDirectories(folder.resolve("home"));
        Path work = Files.createDirectories(folder.resolve("work"));
        Files.writeString(work.resolve("hello.txt"), "hello\n");
        House house =
                House.of(
                        SimulatorSettings.of(
                                ProviderSettings.of("first", first.kind()).instant(),
                                ProviderSettings.of("second", second.kind()).instant()),
                        port ->
                                """
                                server: { port: 0 }
                                egress: { allow-private: ["127.0.0.1:%d"] }
                                providers:
                                %s%sroutes:
                                  - match: { model: "%s" }
                                    to: [ { provider: first, model: "%s" }, { provider: second, model: "%s" } ]
                                """
                                        .formatted(
                                                port,
                                                first.configured("first", port),
                                                second.configured("second", port),
                                                model,
                                                asks.apply(first.model()),
                                                asks.apply(second.model())));
        return new CommandLineAgents(house, home, work);
    }

    int port() {
        return house.port();
    }

    Path home() {
        return home;
    }

    /// A command of a shell that kills the first provider.
    String kill() {
        return "curl -s -X PUT http://127.0.0.1:"
                + house.simulator().port()
                + "/_sim/first/faults -d @"
                + work.resolve("dead.json");
    }

    /// What the command sends that kills the first provider.
    void canDie() throws IOException {
        Files.writeString(work.resolve("dead.json"), "[{\"type\":\"status\",\"code\":503}]");
    }

    void heal() {
        house.provider("first").heal();
    }

    /// Runs the agent in its folder, and returns the lines of JSON that it prints.
    List<JsonNode> run(Map<String, String> environment, List<String> command) throws Exception {
        Path out = home.resolve("out.jsonl");
        Path err = home.resolve("err.txt");
        var builder = new ProcessBuilder(command);
        String path = builder.environment().get("PATH");
        builder.environment().clear();
        builder.environment().putAll(environment);
        builder.environment().put("PATH", path);
        builder.environment().put("HOME", home.toString());
        Process process =
                builder.directory(work.toFile())
                        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile())
                        .start();
        try {
            assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).as("%s ends", command).isTrue();
            String said = Files.readString(out, StandardCharsets.UTF_8);
            assertThat(process.exitValue())
                    .as("%s: %s%n%s", command, said, Files.readString(err))
                    .isZero();
            var lines = new ArrayList<JsonNode>();
            for (String line : said.lines().filter(one -> one.startsWith("{")).toList()) {
                lines.add(JsonMapper.shared().readTree(line));
            }
            return lines;
        } finally {
            process.destroyForcibly();
        }
    }

    String file(String name) throws IOException {
        Path file = work.resolve(name);
        return Files.exists(file) ? Files.readString(file) : "";
    }

    /// The first died after it had answered, and the second stepped in.
    void checkFailover() {
        assertThat(house.provider("first").requests())
                .anyMatch(one -> LibraryAgents.status(one) == 200)
                .anyMatch(one -> LibraryAgents.status(one) == 503);
        assertThat(house.provider("second").requests())
                .anyMatch(one -> LibraryAgents.status(one) == 200);
    }

    /// Nobody was asked what it refuses.
    void checkNothingRefused() {
        assertThat(house.provider("first").requests()).noneMatch(LibraryAgents::refused);
        assertThat(house.provider("second").requests()).noneMatch(LibraryAgents::refused);
    }

    @Override
    public void close() {
        house.close();
    }
}
