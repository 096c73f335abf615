package dev.switchgear.dialects.ollama;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.chat.FinishReason;
import dev.switchgear.families.llm.dialect.ClientDialect;
import dev.switchgear.families.llm.tokens.TokenTally;
import dev.switchgear.walls.RecordedFolders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Exchanges with servers of Ollama: real ones where they lie beside the repository, and made ones.
final class OllamaDialectRecordingsTest {
    /// What Python's client sends for what was not set, and what means the same as nothing.
    private static final Set<String> NOTHING = Set.of("\"\"", "null", "[]", "{}", "false");

    @Test
    void each_recorded_request_asks_the_same_after_it_was_read_and_worded_again() throws Exception {
        int replayed = 0;
        for (Path file : recorded("native-", ".request.json")) {
            boolean chat = chat(file);
            byte[] body = Files.readAllBytes(file);
            JsonNode recorded = Json.read(body, 0, body.length);
            boolean streamed = recorded.path("stream").asBoolean();
            var asked = client(chat).chat(body, "ours", streamed);

            var worded = OllamaAnswerLines.PROVIDER.chat(asked, OllamaAnswerLines.TARGET);

            ObjectNode expected = Json.object().put("model", "llama3").put("stream", streamed);
            if (!chat) {
                // A prompt is the message of a user.
                expected.putArray("messages")
                        .addObject()
                        .put("role", "user")
                        .set("content", recorded.path("prompt"));
            }
            recorded.properties().stream()
                    .filter(field -> !NOTHING.contains(Json.text(field.getValue())))
                    .filter(field -> !Set.of("model", "prompt").contains(field.getKey()))
                    .forEach(field -> expected.set(field.getKey(), field.getValue()));
            assertThat(worded.dropped()).isEmpty();
            assertThat(OllamaAnswerLines.json(worded)).as(file.toString()).isEqualTo(expected);
            replayed++;
        }
        assertThat(replayed).isEqualTo(RecordedFolders.count(4, 4));
    }

    @Test
    void each_recorded_answer_is_the_same_after_it_was_read_and_written_again() throws Exception {
        int replayed = 0;
        for (Path file : recorded("native-", ".response.json")) {
            byte[] body = Files.readAllBytes(file);

            List<ChatEvent> events = OllamaAnswerLines.whole(body);
            byte[] written = OllamaAnswerLines.writer(client(chat(file))).whole(events);

            assertThat(OllamaAnswerLines.whole(written)).as(file.toString()).isEqualTo(events);
            assertRead(file, List.of(Json.read(body, 0, body.length)), events);
            replayed++;
        }
        assertThat(replayed).isEqualTo(RecordedFolders.count(2, 2));
    }

    @Test
    void each_recorded_stream_is_the_same_after_it_was_read_and_written_again() throws Exception {
        int replayed = 0;
        for (Path file : recorded("native-", ".response.ndjson")) {
            List<String> lines =
                    Files.readAllLines(file).stream().filter(line -> !line.isBlank()).toList();

            List<ChatEvent> events = OllamaAnswerLines.events(lines);
            List<String> written = OllamaAnswerLines.written(client(chat(file)), events);

            assertThat(OllamaAnswerLines.events(written)).as(file.toString()).isEqualTo(events);
            assertRead(file, lines.stream().map(Json::read).toList(), events);
            replayed++;
        }
        assertThat(replayed).isEqualTo(RecordedFolders.count(2, 2));
    }

    /// Text, counts and reason as they stand in the recording, to the last letter.
    private static void assertRead(Path file, List<JsonNode> objects, List<ChatEvent> events) {
        var said = new StringBuilder();
        var read = new StringBuilder();
        for (JsonNode object : objects) {
            said.append(object.path("response").asString(""));
            said.append(object.path("message").path("content").asString(""));
        }
        var usage = new ArrayList<ChatEvent>();
        for (ChatEvent event : events) {
            if (event instanceof ChatEvent.Text(String text)) {
                read.append(text);
            } else if (event instanceof ChatEvent.Usage) {
                usage.add(event);
            }
        }
        JsonNode last = objects.getLast();
        assertThat(read.toString()).as(file.toString()).isEqualTo(said.toString()).isNotEmpty();
        assertThat(usage)
                .as(file.toString())
                .containsExactly(
                        new ChatEvent.Usage(
                                new TokenTally()
                                        .prompt(last.path("prompt_eval_count").asLong(-1))
                                        .completion(last.path("eval_count").asLong(-1))
                                        .usage()));
        assertThat(events.getLast())
                .as(file.toString())
                .isEqualTo(new ChatEvent.Finish(FinishReason.STOP, ""));
    }

    private static boolean chat(Path file) {
        return file.getFileName().toString().startsWith("native-chat");
    }

    private static ClientDialect client(boolean chat) {
        return chat ? OllamaAnswerLines.CHAT : OllamaAnswerLines.GENERATE;
    }

    private static List<Path> recorded(String begin, String end) {
        return RecordedFolders.files("ollama", begin, end);
    }
}
