package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.server.ScriptedHouse.Answer;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// An answer in one piece where a stream was asked for, a stream where one piece was asked for, and
/// bodies under content types that say nothing or another thing: the answer is whole and paid, so the
/// client gets it, in the form it asked for, from the one attempt.
final class OtherKindOfBodyTest {
    private static ScriptedHouse house;

    @BeforeAll
    static void open() {
        house = ScriptedHouse.open();
    }

    @AfterAll
    static void close() {
        house.close();
    }

    static Stream<Speaks> upstreams() {
        return Speaks.all().stream();
    }

    private static void gets(
            Speaks usual, String type, Function<Speaks, String> words, boolean streamed) {
        for (AskedAs client : AskedAs.values()) {
            if (!usual.answers(client)) {
                continue;
            }
            Speaks speaks = usual.to(client);
            String body = words.apply(speaks);
            String what = speaks + " to " + client + ", " + type;
            int before = house.received(speaks.upstream()).size();
            house.answers(
                    speaks.upstream(),
                    new Answer(
                            200,
                            type.isEmpty() ? Map.of() : Map.of("content-type", type),
                            List.of(body)));

            HttpResponse<String> answer = client.ask(house, speaks.model(), streamed);

            assertThat(client.text(answer, streamed)).as(what).isEqualTo("Hello");
            assertThat(house.received(speaks.upstream())).as(what).hasSize(before + 1);
        }
    }

    private static String pretty(Speaks speaks) {
        return "\n\n"
                + speaks.whole().replaceFirst("\\{", "{\n  ").replaceFirst(",", ",\n  ")
                + "\n";
    }

    @ParameterizedTest
    @MethodSource("upstreams")
    void json_where_a_stream_was_asked_for_becomes_one(Speaks speaks) {
        for (String type : List.of("application/json", "text/event-stream", "")) {
            gets(speaks, type, Speaks::whole, true);
            gets(speaks, type, OtherKindOfBodyTest::pretty, true);
        }
    }

    @ParameterizedTest
    @MethodSource("upstreams")
    void a_stream_where_json_was_asked_for_is_gathered(Speaks speaks) {
        for (String type : List.of(speaks.streamType(), "application/json", "")) {
            gets(speaks, type, Speaks::stream, false);
            gets(speaks, type, said -> said.begun() + said.stop(), false);
        }
    }

    @ParameterizedTest
    @MethodSource("upstreams")
    void what_a_content_type_says_counts_less_than_the_body(Speaks speaks) {
        for (String type : List.of("text/plain", "application/octet-stream", "text/html")) {
            gets(speaks, type, Speaks::stream, true);
            gets(speaks, type, Speaks::whole, false);
        }
        gets(speaks, "application/json", Speaks::stream, true);
        gets(speaks, speaks.streamType(), Speaks::whole, false);
    }

    @Test
    void the_list_that_gemini_streams_without_events_is_understood() {
        Speaks speaks = Speaks.gemini();
        String list =
                "["
                        + speaks.begun().replace("data: ", "").strip()
                        + "\r\n,\r\n"
                        + speaks.stop().replace("data: ", "")
                        + "]\r\n";

        gets(speaks, "application/json; charset=UTF-8", _ -> list, true);
        gets(speaks, "application/json; charset=UTF-8", _ -> list, false);
    }

    @ParameterizedTest
    @MethodSource("upstreams")
    void a_page_is_no_answer_whatever_it_is_called(Speaks speaks) {
        for (boolean streamed : new boolean[] {false, true}) {
            try (ScriptedHouse own = ScriptedHouse.open()) {
                own.answers(
                        speaks.upstream(),
                        Answer.json(200, "<html><body>Sign in</body></html>")
                                .with("content-type", "text/html"));

                HttpResponse<String> answer = AskedAs.CHAT.ask(own, speaks.model(), streamed);

                assertThat(answer.statusCode()).isEqualTo(502);
                assertThat(answer.body()).contains("text/html");
            }
        }
    }

    @Test
    void an_error_in_a_gathered_stream_is_an_error() {
        Speaks speaks = Speaks.chat("chat");
        house.answers(
                "chat",
                Answer.events(
                        speaks.begun(),
                        "data: {\"error\":{\"message\":\"out of memory\",\"type\":\"server_error\"}}\n\n"));

        HttpResponse<String> answer = AskedAs.CHAT.ask(house, speaks.model(), false);

        assertThat(answer.statusCode()).isGreaterThanOrEqualTo(500);
        assertThat(answer.body()).contains("out of memory");
    }
}
