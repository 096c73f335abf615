package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.server.LibraryAgents.Asked;
import dev.switchgear.simulator.fault.FaultKind;
import dev.switchgear.simulator.mind.OfferedModel;
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
import java.util.function.Function;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A gateway before two providers of a route, of which the first dies amid what an agent of the command
/// line does, and the folder in which the agent works. The model is led by orders in what is said to it.
///
/// The agent sees nothing of the environment of the build but the path to programs: no key, no settings.
final class CommandLineAgents implements AutoCloseable {
    private static final int SECONDS = 60;
    private static final String NOBODY = "http://127.0.0.1:9";

    private final House house;
    private final Path home;
    private final Path work;

    private CommandLineAgents(House house, Path home, Path work) {
        this.house = house;
        this.home = home;
        this.work = work;
    }

    /// @param model that the agent asks for
    /// @param pair the kinds of the first provider and of the one behind it
    /// @param asks the model that is asked where a kind's own would be
    static CommandLineAgents open(Path folder, String model, Pair pair, UnaryOperator<String> asks)
            throws IOException {
        Asked first = pair.first();
        Asked second = pair.second();
        Path home = Files.createDirectories(folder.resolve("home"));
        Path work = Files.createDirectories(folder.resolve("work"));
        Files.writeString(work.resolve("hello.txt"), "hello\n");
        House house =
                house(
                        List.of(simulated("first", first), simulated("second", second)),
                        pair,
                        model,
                        kind -> asks.apply(model(kind)));
        return new CommandLineAgents(house, home, work);
    }

    /// A gateway whose `first` provider is preferred, with `second` behind it.
    ///
    /// @param model by which both are asked
    /// @param asks the model that a kind of provider is asked for
    static House house(
            List<ProviderSettings> simulated,
            Pair pair,
            String model,
            Function<Asked, String> asks) {
        return House.of(
                SimulatorSettings.of(simulated.toArray(ProviderSettings[]::new)),
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
                                        pair.first().configured("first", port),
                                        pair.second().configured("second", port),
                                        model,
                                        asks.apply(pair.first()),
                                        asks.apply(pair.second())));
    }

    /// The model that is asked: one with room for what an agent says at first, and for an answer as long
    /// as it would have.
    private static String model(Asked asked) {
        return switch (asked) {
            case XAI -> "grok-4.3";
            case OPENAI,
                    RESPONSES,
                    ANTHROPIC,
                    GEMINI,
                    DEEPSEEK,
                    OPENROUTER,
                    MISTRAL,
                    CHAT,
                    OLLAMA ->
                    asked.model();
        };
    }

    /// Servers at home hold as much as they are told to.
    private static ProviderSettings simulated(String name, Asked asked) {
        ProviderSettings usual = ProviderSettings.of(name, asked.kind()).instant();
        return switch (asked) {
            case CHAT, OLLAMA, MISTRAL ->
                    usual.withModels(
                            List.of(
                                    new OfferedModel(
                                            model(asked),
                                            model(asked),
                                            0,
                                            asked == Asked.MISTRAL
                                                    ? OfferedModel.Purpose.CHAT
                                                    : OfferedModel.Purpose.REASONING,
                                            1_000_000,
                                            128_000,
                                            0)));
            case OPENAI, RESPONSES, ANTHROPIC, GEMINI, XAI, DEEPSEEK, OPENROUTER -> usual;
        };
    }

    /// Each kind once before and once behind another one.
    ///
    /// @param distance of the two in the list of kinds
    @SuppressWarnings("EnumOrdinal") // Any even spread will do.
    static List<Pair> spread(int distance) {
        Asked[] kinds = Asked.values();
        var pairs = new ArrayList<Pair>();
        for (Asked kind : kinds) {
            pairs.add(new Pair(kind, kinds[(kind.ordinal() + distance) % kinds.length]));
        }
        return pairs;
    }

    /// Every kind before every one.
    static List<Pair> all() {
        var pairs = new ArrayList<Pair>();
        for (int distance = 0; distance < Asked.values().length; distance++) {
            pairs.addAll(spread(distance));
        }
        return pairs;
    }

    /// Two providers of a route, in their order.
    record Pair(Asked first, Asked second) {
        @Override
        public String toString() {
            return first + " before " + second;
        }
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

    /// Puts a command into the folder, `sh next.sh`, of which the first run kills the first provider
    /// and says a lot, and the second says little. Both leave a line in `ran.txt`.
    void twoSteps(int lines) throws IOException {
        canDie();
        Files.writeString(
                work.resolve("next.sh"),
                """
                echo step >> ran.txt
                if [ "$(wc -l < ran.txt)" -eq 1 ]; then
                  %s > /dev/null
                  i=0; while [ $i -lt %d ]; do echo "zzzz zzzz zzzz zzzz zzzz zzzz zzzz zzzz zzzz zzzz"; i=$((i+1)); done
                else
                  echo zzzz
                fi
                """
                        .formatted(kill(), lines));
    }

    /// What the command sends that kills the first provider.
    void canDie() throws IOException {
        Files.writeString(work.resolve("dead.json"), "[{\"type\":\"status\",\"code\":503}]");
    }

    /// Kills the first provider.
    void killNow() {
        house.provider("first").fault(FaultKind.status(503));
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
        // Nothing leaves this machine: what is not meant for the gateway finds nobody.
        builder.environment().put("HTTP_PROXY", NOBODY);
        builder.environment().put("HTTPS_PROXY", NOBODY);
        builder.environment().put("NO_PROXY", "127.0.0.1");
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
