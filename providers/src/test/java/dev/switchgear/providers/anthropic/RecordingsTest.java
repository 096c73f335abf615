package dev.switchgear.providers.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.switchgear.core.call.Call;
import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.Dispatch;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.Quota;
import dev.switchgear.core.call.Rank;
import dev.switchgear.core.call.Timeouts;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.time.ManualTime;
import dev.switchgear.core.vault.Secret;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.RequestScan;
import dev.switchgear.families.llm.ScanLimits;
import dev.switchgear.families.llm.ScanRules;
import dev.switchgear.families.llm.call.HoldBack;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.families.llm.call.Meaning;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.chat.ModelTraits;
import dev.switchgear.families.llm.dialect.MalformedAnswer;
import dev.switchgear.families.llm.dialect.ModelTarget;
import dev.switchgear.families.llm.dialect.anthropic.AnthropicClient;
import dev.switchgear.families.llm.dialect.anthropic.AnthropicProvider;
import dev.switchgear.providers.Asked;
import dev.switchgear.providers.Client;
import dev.switchgear.providers.Played;
import dev.switchgear.providers.PlayedTransport;
import dev.switchgear.providers.ProviderContract;
import dev.switchgear.providers.llm.LlmUpstream;
import dev.switchgear.wire.Endpoint;
import dev.switchgear.wire.Headers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Real exchanges with Anthropic on the wire: cut anywhere, passed and translated.
final class RecordingsTest {
    private static final Path RECORDED =
            Path.of(System.getProperty("switchgear.root", "."))
                    .resolve("../shared/reference/llm/recorded");
    private static final JsonMapper JSON = new JsonMapper();
    private static final ModelTarget TARGET = new ModelTarget("other-model", ModelTraits.UNKNOWN);
    private static final Map<String, String> FINISHES =
            Map.of(
                    "end_turn", "stop",
                    "stop_sequence", "stop",
                    "tool_use", "tool_calls",
                    "max_tokens", "length");

    private final ManualTime time = new ManualTime(Instant.parse("2025-11-21T12:00:00Z"));
    private final Random random = new Random(5);

    private record Recording(
            String name,
            boolean counts,
            boolean streamed,
            int status,
            byte[] request,
            byte[] response,
            Headers headers) {}

    @Test
    void each_recorded_answer_passes_byte_for_byte_with_its_usage_and_finish() throws Exception {
        int replayed = 0;
        for (Recording recording : recordings()) {
            if (recording.status() != 200) {
                continue;
            }
            for (int round = 0; round < 3; round++) {
                Client client = Client.patient();

                var success = success(recording, replay(recording, client, true));

                byte[] got =
                        recording.streamed()
                                ? client.bytes()
                                : ProviderContract.bytes(success.value());
                assertThat(got).as(recording.name()).isEqualTo(recording.response());
                if (!recording.counts()) {
                    judge(recording, success.value());
                }
                assertThat(success.quota()).as(recording.name()).isEqualTo(quota(recording));
            }
            replayed++;
        }
        assertThat(replayed).isGreaterThanOrEqualTo(35);
    }

    @Test
    void each_recorded_answer_is_told_in_the_same_events_however_it_is_cut() throws Exception {
        int replayed = 0;
        for (Recording recording : recordings()) {
            if (recording.status() != 200 || recording.counts()) {
                continue;
            }
            List<ChatEvent> whole = events(recording);
            for (int round = 0; round < 3; round++) {
                Client client = Client.patient();

                var success = success(recording, replay(recording, client, false));

                List<ChatEvent> told =
                        success.value().content() instanceof LlmReply.Content.Told plain
                                ? plain.events()
                                : client.events();
                assertThat(told).as(recording.name()).isEqualTo(whole);
                judge(recording, success.value());
            }
            replayed++;
        }
        assertThat(replayed).isGreaterThanOrEqualTo(33);
    }

    @Test
    void each_recorded_error_is_recognised() throws Exception {
        var causes = new ArrayList<Cause>();
        for (Recording recording : recordings()) {
            if (recording.status() != 200) {
                for (boolean passable : new boolean[] {true, false}) {
                    Outcome<LlmReply> outcome = replay(recording, Client.patient(), passable);

                    assertThat(outcome).isInstanceOf(Outcome.Failure.class);
                    causes.add(((Outcome.Failure<LlmReply>) outcome).fault().cause());
                }
            }
        }
        assertThat(causes)
                .containsExactlyInAnyOrder(
                        Cause.KEY_REJECTED,
                        Cause.KEY_REJECTED,
                        Cause.CONTEXT_TOO_LONG,
                        Cause.CONTEXT_TOO_LONG);
    }

    private static List<ChatEvent> events(Recording recording) throws MalformedAnswer {
        var events = new ArrayList<ChatEvent>();
        var reader = new AnthropicProvider().answer(TARGET, recording.streamed());
        if (!recording.streamed()) {
            reader.whole(recording.response(), events::add);
            return events;
        }
        for (String line :
                new String(recording.response(), StandardCharsets.UTF_8).lines().toList()) {
            if (line.startsWith("data:")) {
                byte[] data = line.substring(5).strip().getBytes(StandardCharsets.UTF_8);
                reader.event(data, 0, data.length, events::add);
            }
        }
        return events;
    }

    /// By the recording's own JSON, read with another parser.
    private static void judge(Recording recording, LlmReply reply) {
        JsonNode last = JSON.createObjectNode();
        String model = "";
        if (recording.streamed()) {
            for (String line :
                    new String(recording.response(), StandardCharsets.UTF_8).lines().toList()) {
                if (line.startsWith("data:")) {
                    JsonNode event = JSON.readTree(line.substring(5));
                    model = event.path("message").path("model").asString(model);
                    last = event.path("type").asString("").equals("message_delta") ? event : last;
                }
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

    private Outcome<LlmReply> replay(Recording recording, Client client, boolean passable)
            throws InvalidBody {
        var played =
                new Played(
                        recording.status(),
                        recording.headers(),
                        List.of(new Played.Step.Arrive(recording.response())));
        var upstream =
                new LlmUpstream(
                        new UpstreamId("recorded", "main"),
                        Anthropic.anthropic(
                                new Endpoint(Endpoint.Scheme.HTTPS, "localhost", 443, ""),
                                Headers.NONE,
                                _ -> ModelTraits.UNKNOWN),
                        Optional.of(Secret.of("not-a-key")),
                        PlayedTransport.answering(played.split(random), time),
                        Timeouts.DEFAULT,
                        time);
        Operation operation = recording.counts() ? Operation.COUNT_TOKENS : Operation.CHAT;
        var body =
                RequestScan.scan(
                        recording.request(), ScanRules.of(Dialect.ANTHROPIC), ScanLimits.DEFAULT);
        var request =
                new LlmRequest(
                        operation,
                        Dialect.ANTHROPIC,
                        body,
                        Meaning.of(operation, body, new AnthropicClient()),
                        passable,
                        false,
                        HoldBack.NONE,
                        client,
                        Map.of(),
                        "");
        var call =
                new Call<>(
                        "r",
                        request,
                        Deadline.in(Duration.ofMinutes(1), time),
                        true,
                        Rank.NORMAL,
                        0);
        return upstream.send(new Dispatch<>(call, Asked.UPSTREAM, TARGET.model(), 1, time));
    }

    private static Outcome.Success<LlmReply> success(
            Recording recording, Outcome<LlmReply> outcome) {
        assertThat(outcome).as(recording.name()).isInstanceOf(Outcome.Success.class);
        return (Outcome.Success<LlmReply>) outcome;
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
        Path index = RECORDED.resolve("index.json");
        assumeTrue(Files.exists(index), "no recordings beside the repository");
        var found = new ArrayList<Recording>();
        for (JsonNode entry : JSON.readTree(Files.readAllBytes(index))) {
            if (entry.path("provider").asString("").equals("anthropic")
                    && entry.hasNonNull("request")) {
                found.add(recording(entry));
            }
        }
        return found;
    }

    private static Recording recording(JsonNode entry) throws IOException {
        JsonNode meta = JSON.readTree(read(entry, "meta"));
        Headers headers = Headers.NONE;
        for (var header : meta.path("response_headers").properties()) {
            headers = headers.with(header.getKey(), header.getValue().asString(""));
        }
        return new Recording(
                entry.path("id").asString(""),
                entry.path("kind").asString("").equals("count"),
                entry.path("stream").asBoolean(false),
                entry.path("status").asInt(),
                read(entry, "request"),
                read(entry, "response"),
                headers);
    }

    private static byte[] read(JsonNode entry, String field) throws IOException {
        return Files.readAllBytes(RECORDED.resolve(entry.path(field).asString("")));
    }
}
