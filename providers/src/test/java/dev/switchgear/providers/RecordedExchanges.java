package dev.switchgear.providers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.time.ManualTime;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.dialects.openai.OpenAiClientDialect;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.providers.llm.LlmProvider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Replays a provider's recorded chats, which lie beside the repository, through its adapter: as bytes
/// that pass, and as events for a client that speaks another dialect. The network cuts them anywhere.
public abstract class RecordedExchanges {
    private static final int ROUNDS = 3;

    private static final Pattern STOP = Pattern.compile("\"finish_reason\":\\s*\"");

    private final Replay replay = new Replay(new ManualTime(), 11);
    private final Random random = new Random(11);

    protected abstract LlmProvider provider();

    protected abstract List<Recording> exchanges() throws IOException;

    /// Whether the recorded stream ends with an error.
    protected boolean breaksOff(Recording exchange) {
        return false;
    }

    /// What each recorded status of an error means.
    protected abstract Map<Integer, Cause> causes();

    @Test
    void bytes_pass_as_they_were_recorded_and_their_tokens_add_up() throws Exception {
        int replayed = 0;
        for (Recording exchange : exchanges()) {
            if (exchange.status() == 200 && !breaksOff(exchange)) {
                for (int round = 0; round < ROUNDS; round++) {
                    ListeningClient client = ListeningClient.patient();

                    LlmReply reply = success(exchange, replay(exchange, client, true));

                    assertThat(Replay.bytes(exchange, client, reply))
                            .as(exchange.name())
                            .isEqualTo(exchange.response());
                    assertTokens(exchange, reply);
                }
                replayed++;
            }
        }
        assertThat(replayed).isPositive();
    }

    @Test
    void other_clients_are_told_the_same_answers() throws Exception {
        int replayed = 0;
        for (Recording exchange : exchanges()) {
            if (exchange.status() == 200 && !breaksOff(exchange)) {
                for (int round = 0; round < ROUNDS; round++) {
                    ListeningClient client = ListeningClient.patient();

                    LlmReply reply = success(exchange, replay(exchange, client, false));

                    List<ChatEvent> events = Replay.events(client, reply);
                    assertThat(text(events)).as(exchange.name()).isEqualTo(recordedText(exchange));
                    assertThat(events.getLast()).isInstanceOf(ChatEvent.Finish.class);
                    assertTokens(exchange, reply);
                }
                replayed++;
            }
        }
        assertThat(replayed).isPositive();
    }

    @Test
    void recorded_errors_are_recognised() throws Exception {
        for (Recording exchange : exchanges()) {
            if (exchange.status() >= 400) {
                ListeningClient client = ListeningClient.patient();

                Outcome<LlmReply> outcome = replay(exchange, client, true);

                assertThat(outcome).as(exchange.name()).isInstanceOf(Outcome.Failure.class);
                assertThat(((Outcome.Failure<LlmReply>) outcome).fault().cause())
                        .as(exchange.name())
                        .isEqualTo(causes().get(exchange.status()));
                assertThat(client.reached()).isFalse();
            }
        }
    }

    @Test
    void a_stream_that_breaks_off_is_a_failure_whoever_listens() throws Exception {
        for (Recording exchange : exchanges()) {
            if (breaksOff(exchange)) {
                for (boolean passable : List.of(true, false)) {
                    ListeningClient client = ListeningClient.patient();

                    Outcome<LlmReply> outcome = replay(exchange, client, passable);

                    assertThat(outcome).as(exchange.name()).isInstanceOf(Outcome.Failure.class);
                    assertThat(client.text()).doesNotContain("[DONE]");
                    assertThat(client.events())
                            .noneMatch(event -> event instanceof ChatEvent.Finish);
                }
            }
        }
    }

    @Test
    void a_stream_that_ends_before_its_reason_to_stop_is_never_taken_for_a_whole_one()
            throws Exception {
        for (Recording exchange : exchanges()) {
            if (exchange.status() == 200 && exchange.streamed() && !breaksOff(exchange)) {
                Matcher stop =
                        STOP.matcher(new String(exchange.response(), StandardCharsets.ISO_8859_1));
                assertThat(stop.find()).as(exchange.name()).isTrue();
                int end = stop.start();
                for (int round = 0; round < ROUNDS; round++) {
                    Recording shorter = exchange.cutAt(random.nextInt(end));
                    for (boolean passable : List.of(true, false)) {
                        assertThat(replay(shorter, ListeningClient.patient(), passable))
                                .as(exchange.name() + " cut at " + shorter.response().length)
                                .isInstanceOf(Outcome.Failure.class);
                    }
                }
            }
        }
    }

    private Outcome<LlmReply> replay(Recording exchange, ListeningClient client, boolean passable)
            throws InvalidBody {
        return replay.play(provider(), exchange, new OpenAiClientDialect(), passable, client);
    }

    private static LlmReply success(Recording exchange, Outcome<LlmReply> outcome) {
        return Replay.success(exchange, outcome).value();
    }

    /// Whatever each part is called, the whole is what the provider says it is.
    private static void assertTokens(Recording exchange, LlmReply reply) {
        long total = -1;
        for (JsonNode chunk : chunks(exchange)) {
            total = chunk.path("usage").path("total_tokens").longValue(total);
        }
        assertThat(reply.usage().total()).as(exchange.name()).isEqualTo(total);
    }

    private static String text(List<ChatEvent> events) {
        var text = new StringBuilder();
        for (ChatEvent event : events) {
            if (event instanceof ChatEvent.Text(String piece)) {
                text.append(piece);
            }
        }
        return text.toString();
    }

    private static String recordedText(Recording exchange) {
        var text = new StringBuilder();
        for (JsonNode chunk : chunks(exchange)) {
            JsonNode choice = chunk.path("choices").path(0);
            text.append(choice.path("delta").path("content").asString(""));
            text.append(choice.path("message").path("content").asString(""));
        }
        return text.toString();
    }

    private static List<JsonNode> chunks(Recording exchange) {
        return exchange.data().stream().map(Json::read).toList();
    }

    /// The chats of the index that are a provider's.
    protected static List<Recording> recorded(String provider) throws IOException {
        return Recording.of(Set.of(provider), Set.of("chat"));
    }
}
