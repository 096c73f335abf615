package dev.switchgear.server.api.llm.responses.compact;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.vault.Secret;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.server.door.HttpStream;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class CompactionAnswerTest {
    private static final String ITEM =
            """
            {"id":"msg_1","type":"message","role":"assistant","status":"completed",\
            "content":[{"type":"output_text","text":"All is well.","annotations":[]}]}\
            """;
    private static final String RESPONSE =
            """
            {"id":"resp_abc","object":"response","created_at":17,"status":"%s","model":"m","store":false,\
            "tool_choice":"none","error":null,"incomplete_details":null,"output":[%s],\
            "usage":{"input_tokens":9,"output_tokens":3,"total_tokens":12}}\
            """;

    private final CompactionSeal seal = new CompactionSeal(Secret.of("a pepper"));
    private final Sent sent = new Sent();

    private static final class Sent implements HttpStream {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        boolean ended;

        @Override
        public boolean write(byte[] more, int offset, int length) {
            bytes.write(more, offset, length);
            return true;
        }

        @Override
        public void end(byte[] last) {
            bytes.writeBytes(last);
            ended = true;
        }

        List<JsonNode> events() {
            var events = new ArrayList<JsonNode>();
            for (String line : bytes.toString(UTF_8).split("\n", -1)) {
                if (line.startsWith("data: ")) {
                    events.add(Json.read(line.substring(6)));
                }
            }
            return events;
        }
    }

    private CompactionAnswer answer(boolean alone) {
        JsonNode asked = Json.read("{\"model\":\"m\"}");
        List<JsonNode> history =
                List.of(
                        Json.read("{\"role\":\"developer\",\"content\":\"be kind\"}"),
                        Json.read("{\"role\":\"user\",\"content\":\"hello\"}"),
                        Json.read("{\"role\":\"assistant\",\"content\":\"hi\"}"));
        var source =
                new CompactionAnswer.Source(
                        asked,
                        history,
                        CompactedHistory.developers(history),
                        CompactedHistory.cut(history),
                        alone);
        return new CompactionAnswer(seal, "ci", source);
    }

    @Test
    void an_answer_in_one_piece_holds_one_compaction_and_what_the_summary_took() {
        byte[] whole =
                answer(false).whole(bytes(RESPONSE.formatted("completed", ITEM))).orElseThrow();

        JsonNode response = Json.read(whole, 0, whole.length);
        assertThat(response.path("object").stringValue()).isEqualTo("response");
        assertThat(response.path("output").size()).isEqualTo(1);
        compaction(response.at("/output/0"));
        assertThat(response.at("/usage/total_tokens").intValue()).isEqualTo(12);
        assertThat(response.path("store").booleanValue()).isTrue();
        assertThat(response.path("tool_choice").stringValue()).isEqualTo("auto");
    }

    @Test
    void a_compaction_by_its_own_path_has_the_users_words_before_it() {
        byte[] whole =
                answer(true).whole(bytes(RESPONSE.formatted("completed", ITEM))).orElseThrow();

        JsonNode compacted = Json.read(whole, 0, whole.length);
        assertThat(compacted.path("object").stringValue()).isEqualTo("response.compaction");
        assertThat(compacted.path("created_at").intValue()).isEqualTo(17);
        assertThat(compacted.at("/usage/total_tokens").intValue()).isEqualTo(12);
        JsonNode user = compacted.at("/output/0");
        assertThat(user.path("role").stringValue()).isEqualTo("user");
        assertThat(user.path("id").stringValue()).startsWith("msg_");
        assertThat(user.at("/content/0/type").stringValue()).isEqualTo("input_text");
        assertThat(user.at("/content/0/text").stringValue()).isEqualTo("hello");
        assertThat(compacted.path("output").size()).isEqualTo(2);
        compaction(compacted.at("/output/1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"incomplete", "failed"})
    void a_summary_that_was_cut_is_none(String status) {
        assertThat(answer(false).whole(bytes(RESPONSE.formatted(status, ITEM)))).isEmpty();
    }

    @Test
    void an_answer_without_text_is_no_summary() {
        String call =
                "{\"type\":\"function_call\",\"call_id\":\"1\",\"name\":\"f\",\"arguments\":\"{}\"}";

        assertThat(answer(false).whole(bytes(RESPONSE.formatted("completed", call)))).isEmpty();
        assertThat(answer(false).whole(bytes("no json"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 64, 100_000})
    void a_stream_has_the_events_of_one_item_in_order_however_the_models_comes(int piece) {
        stream(
                piece,
                event("response.created", RESPONSE.formatted("in_progress", ""))
                        + ": keep-alive\n"
                        + event("response.in_progress", RESPONSE.formatted("in_progress", ""))
                        + data("{\"type\":\"response.output_text.delta\",\"delta\":\"All\"}")
                        + data(
                                "{\"type\":\"response.output_item.done\",\"output_index\":0,\"item\":"
                                        + ITEM
                                        + "}")
                        + ": x-switchgear-cost-usd: 1\n"
                        + event("response.completed", RESPONSE.formatted("completed", "")));

        List<JsonNode> events = sent.events();
        assertThat(events)
                .extracting(event -> event.path("type").stringValue())
                .containsExactly(
                        "response.created",
                        "response.in_progress",
                        "response.output_item.added",
                        "response.output_item.done",
                        "response.completed");
        for (int i = 0; i < events.size(); i++) {
            assertThat(events.get(i).path("sequence_number").intValue()).isEqualTo(i);
        }
        compaction(events.get(2).path("item"));
        assertThat(events.get(3).path("item")).isEqualTo(events.get(2).path("item"));
        assertThat(events.get(4).at("/response/output/0")).isEqualTo(events.get(2).path("item"));
        assertThat(events.get(4).at("/response/output").size()).isEqualTo(1);
        assertThat(sent.bytes.toString(UTF_8))
                .contains(": keep-alive\n")
                .contains(": x-switchgear-cost-usd: 1\nevent: response.output_item.added")
                .doesNotContain("output_text.delta");
        assertThat(sent.ended).isTrue();
    }

    @Test
    void a_streamed_summary_that_was_cut_fails_and_says_so() {
        stream(
                100_000,
                event("response.created", RESPONSE.formatted("in_progress", ""))
                        + data(
                                "{\"type\":\"response.output_item.done\",\"output_index\":0,\"item\":"
                                        + ITEM
                                        + "}")
                        + event("response.incomplete", RESPONSE.formatted("incomplete", ITEM)));

        JsonNode last = sent.events().getLast();
        assertThat(last.path("type").stringValue()).isEqualTo("response.failed");
        assertThat(last.at("/response/status").stringValue()).isEqualTo("failed");
        assertThat(last.at("/response/output").size()).isZero();
        assertThat(last.at("/response/error/message").stringValue())
                .isEqualTo(CompactionAnswer.FAILED);
    }

    @Test
    void what_fails_at_the_provider_fails_in_its_words() {
        stream(
                100_000,
                event("response.created", RESPONSE.formatted("in_progress", ""))
                        + data(
                                "{\"type\":\"error\",\"code\":\"x\",\"message\":\"no\",\"param\":null}")
                        + event("response.failed", RESPONSE.formatted("failed", "")));

        assertThat(sent.events())
                .extracting(event -> event.path("type").stringValue())
                .containsExactly("response.created", "error", "response.failed");
    }

    private void compaction(JsonNode item) {
        assertThat(item.path("type").stringValue()).isEqualTo("compaction");
        assertThat(item.path("id").stringValue()).isEqualTo("cmp_abc");
        byte[] open = seal.open("ci", item.path("encrypted_content").stringValue()).orElseThrow();
        CompactedHistory.Held held = CompactedHistory.Held.of(open);
        assertThat(held.summary()).isEqualTo("All is well.");
        assertThat(held.before()).hasSize(1);
        assertThat(held.open()).isEmpty();
    }

    private void stream(int piece, String text) {
        HttpStream stream = answer(false).stream(sent);
        byte[] all = bytes(text);
        int at = 0;
        for (; at + piece < all.length; at += piece) {
            stream.write(all, at, piece);
        }
        stream.end(java.util.Arrays.copyOfRange(all, at, all.length));
    }

    private static String event(String type, String response) {
        return data(
                "{\"type\":\"" + type + "\",\"sequence_number\":0,\"response\":" + response + "}");
    }

    private static String data(String json) {
        return "event: x\ndata: " + json + "\n\n";
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
