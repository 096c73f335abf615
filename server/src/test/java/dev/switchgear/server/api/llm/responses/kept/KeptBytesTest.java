package dev.switchgear.server.api.llm.responses.kept;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.server.api.llm.responses.heard.SseEvents;
import dev.switchgear.server.api.llm.responses.kept.KeptAnswer.Link;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

final class KeptBytesTest {
    private static final String STREAM =
            """
            event: response.created
            data: {"type":"response.created","response":{"id":"resp_a","status":"in_progress","output":[]}}

            : a sign of life
            event: response.output_text.delta
            data: {"type":"response.output_text.delta","delta":"response.completed"}

            data: { "sequence_number": 3, "type": "response.output_item.done", "item": {"id":"msg_a"} }

            data:{"type":"response.completed","response":{"output":[],"id":"resp_a","status":"completed"}}

            data: [DONE]

            """;

    private static Optional<KeptBytes> gathered(
            String stream, int piece, KeptBytes.Gathered gathered) {
        var found = new ArrayList<KeptBytes>();
        var events =
                new SseEvents(
                        (data, from, to) -> gathered.take(data, from, to).ifPresent(found::add));
        byte[] bytes = stream.getBytes(UTF_8);
        for (int at = 0; at < bytes.length; at += piece) {
            events.add(bytes, at, Math.min(piece, bytes.length - at));
        }
        assertThat(found).hasSizeLessThan(2);
        return found.stream().findFirst();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 64, 10_000})
    void an_answer_is_found_in_its_stream_wherever_that_is_cut(int piece) {
        var gathered = new KeptBytes.Gathered();

        KeptBytes found = gathered(STREAM, piece, gathered).orElseThrow();

        assertThat(found.named(Optional.empty())).contains("resp_a");
        assertThat(found.items()).hasSize(1);
        var kept =
                new KeptAnswer(
                        new Link("resp_a", "", "", Optional.empty(), false),
                        new byte[0],
                        found.json(),
                        found.items());
        assertThat(kept.outputItems())
                .extracting(item -> item.get("id").asString())
                .containsExactly("msg_a");
        assertThat(gathered.cut(true)).as("it is over").isEmpty();
    }

    @Test
    void the_items_of_an_answer_take_so_many_bytes_and_no_more() {
        var gathered = new KeptBytes.Gathered();
        byte[] item =
                ("{\"type\":\"response.output_item.done\",\"item\":{\"text\":\""
                                + "x".repeat(1024 * 1024)
                                + "\"}}")
                        .getBytes(UTF_8);
        for (int i = 0; i < 40; i++) {
            assertThat(gathered.take(item, 0, item.length)).isEmpty();
        }

        byte[] over = "{\"type\":\"response.completed\",\"response\":{}}".getBytes(UTF_8);
        KeptBytes kept = gathered.take(over, 0, over.length).orElseThrow();

        assertThat(kept.items()).hasSize(31);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10_000})
    void lines_of_windows_are_lines(int piece) {
        assertThat(gathered(STREAM.replace("\n", "\r\n"), piece, new KeptBytes.Gathered()))
                .isPresent();
    }

    @ParameterizedTest
    @CsvSource({"true, cancelled", "false, failed"})
    void an_answer_without_an_end_is_kept_as_what_became_of_it(boolean given, String status) {
        var gathered = new KeptBytes.Gathered();
        String cut = STREAM.substring(0, STREAM.indexOf("data:{"));

        assertThat(gathered(cut, 100, gathered)).isEmpty();
        KeptBytes kept = gathered.cut(given).orElseThrow();

        ObjectNode response =
                new KeptAnswer(
                                new Link("resp_a", "", "", Optional.empty(), false),
                                new byte[0],
                                kept.json(),
                                kept.items())
                        .response();
        assertThat(response.get("status").asString()).isEqualTo(status);
        assertThat(response.get("output").get(0).get("id").asString()).isEqualTo("msg_a");
        assertThat(gathered.cut(given)).as("once").isEmpty();
    }

    @Test
    void a_stream_that_never_named_its_answer_leaves_nothing() {
        assertThat(new KeptBytes.Gathered().cut(false)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"id\":\"a\",\"store\":true,\"output\":[{\"id\":\"b\"},{\"store\":false}]} | a | true | true",
                "{\"output\":[{\"id\":\"b\",\"x\":[{}]}],\"store\":false,\"id\":\"a\"} | a | false | true",
                "{\"output\":[],\"metadata\":{\"id\":\"c\",\"store\":true},\"id\":\"a\"} | a | false | false",
                "{\"type\":\"response.completed\",\"response\":{\"output\":null,\"id\":\"a\",\"store\":true}} | a | true | false",
                "{\"object\":\"x\"} | `` | false | false",
                "[1] | `` | false | false",
                "{\"id\" | `` | false | false"
            })
    void of_an_answer_only_its_own_fields_count(
            String json, String id, boolean stored, boolean lists) {
        assertThat(KeptBytes.Head.of(json.getBytes(UTF_8)))
                .isEqualTo(new KeptBytes.Head(id, stored, lists));
    }

    @Test
    void a_turn_comes_out_of_its_document_as_it_went_in() {
        var turn =
                new KeptAnswer(
                        new Link(
                                "resp_ä",
                                "resp_before",
                                "conv_1",
                                Optional.of(new UpstreamId("openai", "main")),
                                true),
                        "[1]".getBytes(UTF_8),
                        "{}".getBytes(UTF_8),
                        List.of("x".getBytes(UTF_8), new byte[0]));

        KeptAnswer back = KeptAnswer.of(turn.bytes());

        assertThat(KeptAnswer.is(turn.bytes())).isTrue();
        assertThat(back.link()).isEqualTo(turn.link());
        assertThat(back.input()).isEqualTo(turn.input());
        assertThat(back.answer()).isEqualTo(turn.answer());
        assertThat(back.items()).hasSize(2);
    }
}
