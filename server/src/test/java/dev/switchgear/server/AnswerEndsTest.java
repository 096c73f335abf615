package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.server.ScriptedHouse.Answer;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// An answer that was whole stays whole, however untidy its end is: each adapter, each end, each
/// client.
final class AnswerEndsTest {
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

    private static Answer streamed(Speaks speaks, String body) {
        return new Answer(200, Map.of("content-type", speaks.streamType()), List.of(body));
    }

    /// What may follow the reason to stop in place of what should.
    private static List<String> ends(Speaks speaks) {
        String whole = speaks.stop();
        var ends = new ArrayList<String>();
        for (String line : List.of("", "\n", "\r", "\r\n")) {
            ends.add(whole + line);
            if (!speaks.end().isEmpty()) {
                ends.add(whole + "\n\n" + speaks.end() + line);
            }
        }
        ends.add(whole + "\n\n" + "\n\n\n");
        ends.add(whole + "\n\n" + "data: {\"id\":\"c1\",\"cho");
        ends.add(whole + "\n\n" + "data: <html>502</html>\n\n");
        ends.add(whole + "\n\n" + "data: [DON");
        ends.add(whole + "\n\n" + "event: mess");
        ends.add(whole + "\n\n" + "da");
        if (!speaks.lines()) {
            ends.add(whole + "\n\n: bye");
            ends.add(whole + "\n\n: bye\n");
            ends.add(whole + "\n\n: bye\n\n");
        }
        return ends;
    }

    @ParameterizedTest
    @MethodSource("upstreams")
    void an_untidy_end_takes_nothing_back(Speaks speaks) {
        for (AskedAs client :
                List.of(
                        AskedAs.CHAT,
                        AskedAs.RESPONSES,
                        AskedAs.ANTHROPIC,
                        AskedAs.GEMINI,
                        AskedAs.OLLAMA)) {
            Speaks said = speaks.to(client);
            for (String end : ends(said)) {
                house.answers(said.upstream(), streamed(said, said.begun() + end));

                HttpResponse<String> answer = client.ask(house, said.model(), true);

                assertThat(client.text(answer, true))
                        .as(said + " to " + client + ": " + end)
                        .isEqualTo("Hello");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("upstreams")
    void a_stream_that_never_says_why_it_stopped_is_still_broken(Speaks speaks) {
        for (String end : List.of("", speaks.stop().substring(0, speaks.stop().length() - 2))) {
            house.answers(speaks.upstream(), streamed(speaks, speaks.begun() + end));

            String answer = AskedAs.CHAT.ask(house, speaks.model(), true).body();

            assertThat(answer).as(end).contains("stream_broken_off").doesNotContain("[DONE]");
        }
    }

    @Test
    void the_provider_is_not_blamed_for_a_missing_blank_line() {
        try (ScriptedHouse own = ScriptedHouse.open()) {
            Speaks speaks = Speaks.chat("chat");
            own.answers(
                    "chat",
                    streamed(speaks, speaks.begun() + speaks.stop() + "\n\n" + "data: [DONE]\n"));
            for (int i = 0; i < 12; i++) {
                AskedAs.CHAT.ask(own, "chat/tail", true);
            }

            assertThat(own.get("/status").body()).doesNotContain("broke off");
            assertThat(own.received("chat")).hasSize(12);
        }
    }
}
