package dev.switchgear.providers.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.time.ManualTime;
import dev.switchgear.dialects.responses.ResponsesClientDialect;
import dev.switchgear.dialects.responses.ResponsesFlavour;
import dev.switchgear.dialects.responses.ResponsesProviderDialect;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.dialect.AnswerReader;
import dev.switchgear.families.llm.dialect.MalformedAnswer;
import dev.switchgear.families.llm.dialect.ModelTarget;
import dev.switchgear.families.llm.model.ModelTraits;
import dev.switchgear.providers.ListeningClient;
import dev.switchgear.providers.Recording;
import dev.switchgear.providers.Replay;
import dev.switchgear.providers.TestCalls;
import dev.switchgear.providers.deepseek.DeepSeekProvider;
import dev.switchgear.providers.llm.LlmProvider;
import dev.switchgear.providers.llm.LlmQuirks;
import dev.switchgear.providers.openrouter.OpenRouterProvider;
import dev.switchgear.providers.xai.XAiProvider;
import dev.switchgear.walls.RecordedFolders;
import dev.switchgear.wire.Endpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Real exchanges in Responses with every provider that speaks it, replayed over the wire: passed as
/// they are, and read for clients that speak otherwise.
final class ResponsesReplayTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final ResponsesProviderDialect WORDS =
            new ResponsesProviderDialect(ResponsesFlavour.OPENAI);
    private static final Endpoint THERE =
            new Endpoint(Endpoint.Scheme.HTTPS, "localhost", 443, "/v1");
    private static final LlmProvider OPENAI =
            OpenAiProvider.openAi(TestCalls.at(THERE), LlmQuirks.NONE);

    /// Asked in Responses only.
    private static final LlmProvider READING = OPENAI.speaking(List.of(), List.of(WORDS));

    private final Replay replay = new Replay(new ManualTime(), 2);

    private static LlmProvider provider(Recording recording) {
        return switch (recording.provider()) {
            case "openai" -> OPENAI;
            case "xai" -> XAiProvider.xAi(TestCalls.at(THERE));
            case "deepseek" -> DeepSeekProvider.deepSeek(TestCalls.at(THERE));
            case "openrouter" -> OpenRouterProvider.openRouter(TestCalls.at(THERE));
            default -> throw new AssertionError(recording.name());
        };
    }

    @Test
    void each_recorded_answer_passes_byte_for_byte_with_its_own_usage() throws Exception {
        int passed = 0;
        for (Recording recording : recordings()) {
            if (recording.status() != 200) {
                continue;
            }
            ListeningClient client = ListeningClient.patient();

            LlmReply reply = success(recording, replay(provider(recording), recording, client));

            assertThat(Replay.bytes(recording, client, reply))
                    .as(recording.name())
                    .isEqualTo(relayed(recording));
            JsonNode response = response(recording);
            JsonNode usage = response.path("usage");
            assertThat(reply.usage().wholeInput())
                    .as(recording.name())
                    .isEqualTo(usage.path("input_tokens").asLong());
            assertThat(reply.usage().wholeOutput()).isEqualTo(usage.path("output_tokens").asLong());
            assertThat(reply.usage().cacheRead())
                    .isEqualTo(usage.path("input_tokens_details").path("cached_tokens").asLong(0));
            assertThat(reply.usage().reasoning())
                    .isEqualTo(
                            usage.path("output_tokens_details").path("reasoning_tokens").asLong(0));
            assertThat(reply.model()).isEqualTo(response.path("model").asString());
            assertThat(reply.finish()).isEqualTo(called(response) ? "tool_calls" : "stop");
            passed++;
        }
        assertThat(passed).isGreaterThan(RecordedFolders.count(45, 5));
    }

    /// What comes behind the terminal event is not waited for.
    private static byte[] relayed(Recording recording) {
        if (!recording.streamed()) {
            return recording.response();
        }
        String text = recording.text();
        int last = text.lastIndexOf("\"response.completed\"");
        int end = text.indexOf("\n\n", last);
        return utf8(text.substring(0, end + 2));
    }

    private static boolean called(JsonNode response) {
        return response.path("output").values().stream()
                .anyMatch(item -> item.path("type").asString("").equals("function_call"));
    }

    private static JsonNode response(Recording recording) {
        if (!recording.streamed()) {
            return JSON.readTree(recording.response());
        }
        return JSON.readTree(
                        recording.data().reversed().stream()
                                .filter(data -> data.contains("\"response.completed\""))
                                .findFirst()
                                .orElseThrow())
                .path("response");
    }

    @Test
    void each_recorded_stream_is_told_as_the_same_events_however_it_arrives() throws Exception {
        int told = 0;
        for (Recording recording : recordings()) {
            if (recording.status() == 200 && recording.streamed()) {
                for (int round = 0; round < 5; round++) {
                    ListeningClient client = ListeningClient.patient();

                    success(recording, replay(READING, recording, client));

                    assertThat(TestCalls.ofNoAccount(client.events()))
                            .as(recording.name())
                            .isEqualTo(events(recording.data()));
                }
                told++;
            }
        }
        assertThat(told).isGreaterThan(RecordedFolders.count(10, 1));
    }

    private static List<ChatEvent> events(List<String> stream) throws MalformedAnswer {
        var events = new ArrayList<ChatEvent>();
        AnswerReader reader =
                WORDS.answer(new ModelTarget("other-model", ModelTraits.UNKNOWN), true);
        for (String event : stream) {
            byte[] bytes = utf8(event);
            reader.event(bytes, 0, bytes.length, events::add);
        }
        return events;
    }

    @Test
    void each_recorded_error_is_recognised() throws Exception {
        Map<String, Cause> causes =
                Map.of(
                        "error-handling", Cause.KEY_REJECTED,
                        "context-length", Cause.TOO_LARGE);
        int recognised = 0;
        for (Recording recording : recordings()) {
            if (recording.status() < 400) {
                continue;
            }
            Outcome<LlmReply> outcome =
                    replay(provider(recording), recording, ListeningClient.patient());

            Cause expected =
                    causes.entrySet().stream()
                            .filter(entry -> recording.name().contains(entry.getKey()))
                            .findFirst()
                            .orElseThrow()
                            .getValue();
            assertThat(((Outcome.Failure<LlmReply>) outcome).fault().cause())
                    .as(recording.name())
                    .isEqualTo(expected);
            recognised++;
        }
        assertThat(recognised).isGreaterThanOrEqualTo(RecordedFolders.count(3, 1));
    }

    @Test
    void an_empty_account_that_only_the_third_event_tells_of_is_a_failure_before_anything_left()
            throws Exception {
        Recording recording =
                Recording.responsesStream("openai/vercel-ai-fixtures/openai-error.1.chunks.txt");
        for (LlmProvider provider : List.of(OPENAI, READING)) {
            ListeningClient client = ListeningClient.patient();

            Outcome<LlmReply> outcome = replay(provider, recording, client);

            assertThat(((Outcome.Failure<LlmReply>) outcome).fault().cause())
                    .isEqualTo(Cause.ACCOUNT_EXHAUSTED);
            assertThat(client.reached()).isFalse();
        }
    }

    @Test
    void a_stream_without_its_terminal_event_is_not_whole() throws Exception {
        for (Recording recording : recordings()) {
            if (recording.status() == 200 && recording.streamed()) {
                String text = recording.text();
                int end = text.indexOf("event: response.completed");
                Recording cut = recording.cutAt(utf8(text.substring(0, end)).length);

                Outcome<LlmReply> outcome = replay(OPENAI, cut, ListeningClient.patient());

                assertThat(outcome).as(recording.name()).isInstanceOf(Outcome.Failure.class);
                return;
            }
        }
        throw new AssertionError("no recorded stream");
    }

    private Outcome<LlmReply> replay(
            LlmProvider provider, Recording recording, ListeningClient client) throws InvalidBody {
        return replay.play(provider, recording, new ResponsesClientDialect(), true, client);
    }

    private static LlmReply success(Recording recording, Outcome<LlmReply> outcome) {
        return Replay.success(recording, outcome).value();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static List<Recording> recordings() throws IOException {
        return Recording.of(Set.of("openai", "xai", "deepseek", "openrouter"), Set.of("responses"));
    }
}
