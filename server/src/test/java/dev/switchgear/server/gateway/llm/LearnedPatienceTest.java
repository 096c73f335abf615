package dev.switchgear.server.gateway.llm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.call.Call;
import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.Dispatch;
import dev.switchgear.core.call.Rank;
import dev.switchgear.core.event.Journal;
import dev.switchgear.core.guard.GuardedUpstream;
import dev.switchgear.core.time.ManualTime;
import dev.switchgear.core.time.Threads;
import dev.switchgear.dialects.openai.OpenAiClientDialect;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.call.Downstream;
import dev.switchgear.families.llm.call.HoldBack;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.families.llm.call.Meaning;
import dev.switchgear.families.llm.scan.RequestBody;
import dev.switchgear.families.llm.scan.RequestScan;
import dev.switchgear.families.llm.scan.ScanLimits;
import dev.switchgear.server.config.Config;
import dev.switchgear.server.config.ConfigLoader;
import dev.switchgear.server.gateway.Surroundings;
import dev.switchgear.wire.Transport;
import dev.switchgear.wire.WireException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// What was learned of how long models take, when the configuration changes; on simulated time.
class LearnedPatienceTest {
    private static final Duration UNTAUGHT = Duration.ofSeconds(45);
    private static final Duration TWICE = Duration.ofSeconds(90);

    private final ManualTime time = new ManualTime();
    private final List<Duration> waited = new ArrayList<>();
    private final Transport silence =
            (_, _, _, timeouts, _) -> {
                waited.add(timeouts.head());
                time.advance(timeouts.head());
                throw new WireException(WireException.Kind.HEAD_TIMEOUT, true, "silent");
            };

    private final LlmGateway gateway =
            new LlmGateway(
                    config("https://up.example/v1", ""),
                    silence,
                    new Surroundings(
                            new Journal(100), time, Threads.virtual(), new SplittableRandom(1)));

    private static Config config(String base, String rest) {
        return ConfigLoader.parse(
                        "test.yaml",
                        "providers:\n  up: { kind: openai, base-url: \""
                                + base
                                + "\", keys: [{ secret: sk-up }] }\n"
                                + rest,
                        Map.of())
                .config()
                .orElseThrow();
    }

    /// A call of a model that is known not to reason.
    private void ask() throws InvalidBody {
        var asking = new OpenAiClientDialect();
        byte[] bytes = "{\"model\":\"m\",\"messages\":[]}".getBytes(StandardCharsets.UTF_8);
        RequestBody body = RequestScan.scan(bytes, asking.scanRules(), ScanLimits.DEFAULT);
        var request =
                new LlmRequest(
                        Operation.CHAT,
                        asking.dialect(),
                        body,
                        Meaning.of(Operation.CHAT, body, asking),
                        true,
                        false,
                        HoldBack.NONE,
                        Downstream.NONE,
                        Map.of(),
                        "");
        var call =
                new Call<>(
                        "req-1",
                        request,
                        Deadline.in(Duration.ofMinutes(10), time),
                        true,
                        Rank.NORMAL,
                        0);
        GuardedUpstream<LlmRequest, LlmReply> up = gateway.members().getFirst().upstream();
        var _ = up.upstream().send(new Dispatch<>(call, up.id(), "gpt-4o", 1, time));
    }

    @Test
    void stays_known_whatever_else_changes() throws InvalidBody {
        ask();
        gateway.prepare(
                        config("https://up.example/v1", "resilience: { breaker: { failures: 9 } }"),
                        silence)
                .run();
        ask();

        assertThat(waited).containsExactly(UNTAUGHT, TWICE);
    }

    @Test
    void says_nothing_of_another_place_with_the_same_name() throws InvalidBody {
        ask();
        gateway.prepare(config("https://other.example/v1", ""), silence).run();
        ask();

        assertThat(waited).containsExactly(UNTAUGHT, UNTAUGHT);
    }

    @Test
    void gives_way_to_a_time_that_is_set() throws InvalidBody {
        ask();
        gateway.prepare(
                        config("https://up.example/v1", "resilience: { timeouts: { head: 7s } }"),
                        silence)
                .run();
        ask();

        assertThat(waited).containsExactly(UNTAUGHT, Duration.ofSeconds(7));
    }
}
