package dev.switchgear.providers.anthropic;

import static dev.switchgear.providers.Replay.success;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.Quota;
import dev.switchgear.core.time.ManualTime;
import dev.switchgear.dialects.anthropic.AnthropicClientDialect;
import dev.switchgear.dialects.anthropic.AnthropicProviderDialect;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.dialect.MalformedAnswer;
import dev.switchgear.families.llm.dialect.ModelTarget;
import dev.switchgear.families.llm.model.ModelTraits;
import dev.switchgear.providers.ListeningClient;
import dev.switchgear.providers.Recording;
import dev.switchgear.providers.Replay;
import dev.switchgear.providers.TestCalls;
import dev.switchgear.providers.llm.LlmProvider;
import dev.switchgear.walls.RecordedFolders;
import dev.switchgear.wire.Endpoint;
import dev.switchgear.wire.Headers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Real exchanges with Anthropic on the wire: cut anywhere, passed and translated.
final class AnthropicReplayTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final ModelTarget TARGET = new ModelTarget(Replay.MODEL, ModelTraits.UNKNOWN);
    private static final Map<String, String> FINISHES =
            Map.of(
                    "end_turn", "stop",
                    "stop_sequence", "stop",
                    "tool_use", "tool_calls",
                    "max_tokens", "length");

    private final ManualTime time = new ManualTime(Instant.parse("2025-11-21T12:00:00Z"));
    private final Replay replay = new Replay(time, 5);

    @Test
    void each_recorded_answer_passes_byte_for_byte_with_its_usage_and_finish() throws Exception {
        int replayed = 0;
        for (Recording recording : recordings()) {
            if (recording.status() != 200) {
                continue;
            }
            for (int round = 0; round < 3; round++) {
                ListeningClient client = ListeningClient.patient();

                var success = success(recording, replay(recording, client, true));

                assertThat(Replay.bytes(recording, client, success.value()))
                        .as(recording.name())
                        .isEqualTo(recording.response());
                if (recording.operation() == Operation.CHAT) {
                    judge(recording, success.value());
                }
                assertThat(success.quota()).as(recording.name()).isEqualTo(quota(recording));
            }
            replayed++;
        }
        assertThat(replayed).isGreaterThanOrEqualTo(RecordedFolders.count(35, 6));
    }

    @Test
    void each_recorded_answer_is_told_in_the_same_events_however_it_is_cut() throws Exception {
        int replayed = 0;
        for (Recording recording : recordings()) {
            if (recording.status() != 200 || recording.operation() != Operation.CHAT) {
                continue;
            }
            List<ChatEvent> whole = events(recording);
            for (int round = 0; round < 3; round++) {
                ListeningClient client = ListeningClient.patient();

                var success = success(recording, replay(recording, client, false));

                assertThat(TestCalls.ofNoAccount(Replay.events(client, success.value())))
                        .as(recording.name())
                        .isEqualTo(whole);
                judge(recording, success.value());
            }
            replayed++;
        }
        assertThat(replayed).isGreaterThanOrEqualTo(RecordedFolders.count(33, 5));
    }

    @Test
    void each_recorded_error_is_recognised() throws Exception {
        var causes = new ArrayList<Cause>();
        for (Recording recording : recordings()) {
            if (recording.status() != 200) {
                for (boolean passable : new boolean[] {true, false}) {
                    Outcome<LlmReply> outcome =
                            replay(recording, ListeningClient.patient(), passable);

                    assertThat(outcome).isInstanceOf(Outcome.Failure.class);
                    causes.add(((Outcome.Failure<LlmReply>) outcome).fault().cause());
                }
            }
        }
        int each = RecordedFolders.count(2, 2);
        assertThat(causes).hasSize(2 * each);
        assertThat(causes).filteredOn(Cause.KEY_REJECTED::equals).hasSize(each);
        assertThat(causes).filteredOn(Cause.TOO_LARGE::equals).hasSize(each);
    }

    private static List<ChatEvent> events(Recording recording) throws MalformedAnswer {
        var events = new ArrayList<ChatEvent>();
        var reader = new AnthropicProviderDialect().answer(TARGET, recording.streamed());
        if (!recording.streamed()) {
            reader.whole(recording.response(), events::add);
            return events;
        }
        for (String event : recording.data()) {
            byte[] data = event.getBytes(StandardCharsets.UTF_8);
            reader.event(data, 0, data.length, events::add);
        }
        return events;
    }

    /// By the recording's own JSON, read with another parser.
    private static void judge(Recording recording, LlmReply reply) {
        JsonNode last = JSON.createObjectNode();
        String model = "";
        if (recording.streamed()) {
            for (String data : recording.data()) {
                JsonNode event = JSON.readTree(data);
                model = event.path("message").path("model").asString(model);
                last = event.path("type").asString("").equals("message_delta") ? event : last;
            }
        } else {
            last = JSON.readTree(recording.response());
            model = last.path("model").asString("");
        }
        String reason =
                last.path("stop_reason")
                        .asString(last.path("delta").path("stop_reason").asString(""));
        assertThat(reply.model()).isEqualTo(model);
        assertThat(reply.finish()).as(recording.name()).isEqualTo(FINISHES.get(reason));
        assertThat(reply.usage().wholeOutput())
                .as(recording.name())
                .isEqualTo(last.path("usage").path("output_tokens").asLong(-1));
    }

    private Outcome<LlmReply> replay(Recording recording, ListeningClient client, boolean passable)
            throws InvalidBody {
        LlmProvider provider =
                AnthropicProvider.anthropic(
                        TestCalls.at(new Endpoint(Endpoint.Scheme.HTTPS, "localhost", 443, "")));
        return replay.play(provider, recording, new AnthropicClientDialect(), passable, client);
    }

    private Quota quota(Recording recording) {
        Headers headers = recording.headers();
        if (headers.first("anthropic-ratelimit-requests-remaining").isEmpty()) {
            return Quota.UNKNOWN;
        }
        return new Quota(
                left(headers, "requests"),
                reset(headers, "requests"),
                left(headers, "tokens"),
                reset(headers, "tokens"));
    }

    private static long left(Headers headers, String limit) {
        return headers.first("anthropic-ratelimit-" + limit + "-remaining")
                .map(Long::parseLong)
                .orElse(-1L);
    }

    /// Recordings are older or younger than the test's clock: a moment past is no wait.
    private Duration reset(Headers headers, String limit) {
        Duration wait =
                headers.first("anthropic-ratelimit-" + limit + "-reset")
                        .map(text -> Duration.between(time.instant(), Instant.parse(text)))
                        .orElse(Duration.ZERO);
        Duration day = Duration.ofDays(1);
        return wait.isNegative() ? Duration.ZERO : wait.compareTo(day) > 0 ? day : wait;
    }

    private static List<Recording> recordings() throws IOException {
        return Recording.of(Set.of("anthropic"), Set.of("messages", "count"));
    }
}
