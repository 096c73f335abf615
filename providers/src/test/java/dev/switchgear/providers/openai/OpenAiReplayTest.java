package dev.switchgear.providers.openai;

import static dev.switchgear.providers.Replay.success;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.Quota;
import dev.switchgear.core.time.ManualTime;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.tokens.TokenUsage;
import dev.switchgear.providers.ListeningClient;
import dev.switchgear.providers.ProviderContract;
import dev.switchgear.providers.Recording;
import dev.switchgear.providers.Replay;
import dev.switchgear.providers.TestCalls;
import dev.switchgear.providers.Unread;
import dev.switchgear.providers.llm.LlmProvider;
import dev.switchgear.providers.llm.LlmQuirks;
import dev.switchgear.walls.RecordedFolders;
import dev.switchgear.wire.Endpoint;
import dev.switchgear.wire.Headers;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Real exchanges with every provider that speaks this dialect, replayed through the adapter. They
/// lie beside the repository and are judged by their own JSON, read with another parser.
final class OpenAiReplayTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Set<String> PROVIDERS =
            Set.of("openai", "local-openai", "deepseek", "openrouter", "ollama", "gemini");

    /// OpenRouter's stream that says `Token limit reached` after its first tokens.
    private static final String BROKEN_STREAM = "chat.stream-error.pa0";

    private static final Map<Integer, Cause> CAUSES =
            Map.of(
                    400, Cause.INVALID_REQUEST,
                    401, Cause.KEY_REJECTED,
                    404, Cause.SUBJECT_UNKNOWN,
                    429, Cause.RATE_LIMITED);

    private final Replay replay = new Replay(new ManualTime(), 1);

    @Test
    void each_recorded_answer_comes_back_byte_for_byte_with_its_own_usage() throws Exception {
        int replayed = 0;
        for (Recording recording : recordings()) {
            if (recording.status() == 200 && !recording.streamed()) {
                for (int round = 0; round < 3; round++) {
                    var success = success(recording, replay(recording, ListeningClient.patient()));

                    JsonNode json = JSON.readTree(recording.response());
                    LlmReply reply = success.value();
                    assertThat(ProviderContract.bytes(reply))
                            .as(recording.name())
                            .isEqualTo(recording.response());
                    assertThat(reply.usage())
                            .as(recording.name())
                            .isEqualTo(usage(json.path("usage")));
                    assertThat(reply.model()).isEqualTo(json.path("model").asString(""));
                    assertThat(reply.finish())
                            .isEqualTo(
                                    json.path("choices")
                                            .path(0)
                                            .path("finish_reason")
                                            .asString(""));
                    assertThat(success.quota()).isEqualTo(quota(recording.headers()));
                }
                replayed++;
            }
        }
        assertThat(replayed).isGreaterThanOrEqualTo(RecordedFolders.count(20, 9));
    }

    @Test
    void each_recorded_stream_reaches_the_client_byte_for_byte() throws Exception {
        int replayed = 0;
        for (Recording recording : recordings()) {
            if (recording.status() == 200
                    && recording.streamed()
                    && !recording.name().contains(BROKEN_STREAM)) {
                for (int round = 0; round < 5; round++) {
                    ListeningClient client = ListeningClient.patient();

                    var success = success(recording, replay(recording, client));

                    assertThat(client.bytes()).as(recording.name()).isEqualTo(recording.response());
                    List<JsonNode> chunks = chunks(recording);
                    TokenUsage usage = TokenUsage.UNKNOWN;
                    String finish = "";
                    for (JsonNode chunk : chunks) {
                        usage = chunk.path("usage").isObject() ? usage(chunk.path("usage")) : usage;
                        String reason =
                                chunk.path("choices").path(0).path("finish_reason").asString("");
                        finish = finish.isEmpty() ? reason : finish;
                    }
                    if (usage.known()) {
                        assertThat(success.value().usage()).as(recording.name()).isEqualTo(usage);
                    } else {
                        assertThat(success.value().usage().estimated())
                                .as(recording.name())
                                .isTrue();
                    }
                    assertThat(success.value().finish()).as(recording.name()).isEqualTo(finish);
                    assertThat(finish).isNotEmpty();
                }
                replayed++;
            }
        }
        assertThat(replayed).isGreaterThanOrEqualTo(RecordedFolders.count(15, 8));
    }

    @Test
    void each_recorded_error_is_recognised() throws Exception {
        int replayed = 0;
        for (Recording recording : recordings()) {
            if (recording.status() >= 400) {
                ListeningClient client = ListeningClient.patient();

                Outcome<LlmReply> outcome = replay(recording, client);

                assertThat(outcome).as(recording.name()).isInstanceOf(Outcome.Failure.class);
                var failure = (Outcome.Failure<LlmReply>) outcome;
                assertThat(failure.fault().cause())
                        .as(recording.name())
                        .isEqualTo(CAUSES.get(recording.status()));
                assertThat(client.reached()).isFalse();
                replayed++;
            }
        }
        assertThat(replayed).isGreaterThanOrEqualTo(RecordedFolders.count(5, 4));
    }

    @Test
    void the_recorded_stream_that_breaks_off_is_told_as_a_failure() throws Exception {
        assumeTrue(RecordedFolders.areReal(), "no recordings beside the repository");
        Recording broken =
                recordings().stream()
                        .filter(recording -> recording.name().contains(BROKEN_STREAM))
                        .findFirst()
                        .orElseThrow();
        ListeningClient client = ListeningClient.patient();

        Outcome<LlmReply> outcome = replay(broken, client);

        assertThat(outcome).isInstanceOf(Outcome.Failure.class);
        String whole = broken.text();
        int error = whole.lastIndexOf("data:", whole.indexOf("\"error\""));
        assertThat(client.text())
                .isEqualTo(whole.substring(0, whole.indexOf("\n\n", error) + 2))
                .doesNotContain("[DONE]");
    }

    @Test
    void a_recorded_stream_of_azures_router_reaches_the_client() throws Exception {
        Recording recording =
                Recording.chatAnswer("openai/vercel-ai-fixtures/azure-model-router.1.chunks.txt");
        ListeningClient client = ListeningClient.patient();

        var success = success(recording, replay(recording, client));

        assertThat(client.text()).isEqualTo(recording.text());
        assertThat(success.value().model()).isEqualTo("gpt-5-nano-2025-08-07");
        assertThat(success.value().finish()).isEqualTo("stop");
    }

    private Outcome<LlmReply> replay(Recording recording, ListeningClient client)
            throws InvalidBody {
        LlmProvider provider =
                OpenAiProvider.openAi(
                        TestCalls.at(new Endpoint(Endpoint.Scheme.HTTPS, "localhost", 443, "/v1")),
                        LlmQuirks.NONE);
        return replay.play(provider, recording, new Unread(Dialect.OPENAI), true, client);
    }

    private static List<Recording> recordings() throws IOException {
        return Recording.of(PROVIDERS, Set.of("chat", "openai-compat-chat", "embeddings")).stream()
                // Gemini's own embeddings speak another format.
                .filter(recording -> recording.operation() != Operation.BATCH_EMBEDDINGS)
                .toList();
    }

    private static TokenUsage usage(JsonNode usage) {
        if (!usage.isObject()) {
            return TokenUsage.UNKNOWN;
        }
        JsonNode in = usage.path("prompt_tokens_details");
        JsonNode out = usage.path("completion_tokens_details");
        long cached = in.path("cached_tokens").asLong(0);
        long written = in.path("cache_write_tokens").asLong(0);
        long heard = in.path("audio_tokens").asLong(0);
        long seen = in.path("image_tokens").asLong(0);
        long prompt = usage.path("prompt_tokens").asLong(-1);
        long completion = usage.path("completion_tokens").asLong(-1);
        // OpenRouter has been recorded with more reasoning than output.
        long reasoning = Math.min(out.path("reasoning_tokens").asLong(0), Math.max(0, completion));
        assertThat(out.path("audio_tokens").asLong(0) + out.path("image_tokens").asLong(0))
                .isZero();
        return new TokenUsage(
                prompt - cached - written - heard - seen,
                cached,
                written,
                0,
                heard,
                seen,
                completion < 0 ? -1 : completion - reasoning,
                reasoning,
                0,
                0,
                false);
    }

    private static Quota quota(Headers headers) {
        if (headers.first("x-ratelimit-remaining-requests").isEmpty()) {
            return Quota.UNKNOWN;
        }
        return new Quota(
                Long.parseLong(headers.first("x-ratelimit-remaining-requests").orElseThrow()),
                duration(headers.first("x-ratelimit-reset-requests").orElse("0s")),
                Long.parseLong(headers.first("x-ratelimit-remaining-tokens").orElseThrow()),
                duration(headers.first("x-ratelimit-reset-tokens").orElse("0s")));
    }

    /// Go's notation is ISO 8601's in other clothes, but for milliseconds.
    private static Duration duration(String text) {
        return text.endsWith("ms")
                ? Duration.ofMillis(Long.parseLong(text.substring(0, text.length() - 2)))
                : Duration.parse("PT" + text);
    }

    private static List<JsonNode> chunks(Recording recording) {
        return recording.data().stream().map(JSON::readTree).toList();
    }
}
