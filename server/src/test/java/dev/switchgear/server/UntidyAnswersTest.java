package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.server.ScriptedHouse.Answer;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What the official SDKs take of servers that are not quite what they say they are is taken here,
/// passing and translated.
final class UntidyAnswersTest {
    private static ScriptedHouse house;

    @BeforeAll
    static void open() {
        house = ScriptedHouse.open();
    }

    @AfterAll
    static void close() {
        house.close();
    }

    private static Arguments chat(String what, UnaryOperator<String> change) {
        return Arguments.of(what, Speaks.chat("chat"), change);
    }

    private static Arguments claude(String what, UnaryOperator<String> change) {
        return Arguments.of(what, Speaks.anthropic(), change);
    }

    private static Arguments google(String what, UnaryOperator<String> change) {
        return Arguments.of(what, Speaks.gemini(), change);
    }

    /// What is untidy, by whom, and how the stream is changed to be so.
    static Stream<Arguments> streams() {
        String empty =
                "data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"choices\":[],"
                        + "\"prompt_filter_results\":[]}\n\n";
        return Stream.of(
                chat("a byte order mark", s -> "\ufeff" + s),
                chat("blank lines first", s -> "\n\n\n" + s),
                chat("no space behind the colon", s -> s.replace("data: ", "data:")),
                chat(
                        "names, ids and pauses",
                        s ->
                                "id: 1\nretry: 100\n"
                                        + s.replace("data: {", "event: message\ndata: {")),
                chat("events without data", s -> "event: ready\n\nid: 3\n\nretry: 5\n\n" + s),
                chat("comments", s -> ": wait\n\n" + s.replace("\n\n", "\n\n:\n\n")),
                chat("a first chunk without choices", s -> empty + s),
                chat(
                        "choices that are null",
                        s -> empty.replace("[],\"prompt", "null,\"prompt") + s),
                chat("no role", s -> s.replace("\"role\":\"assistant\",", "")),
                chat(
                        "the role in every chunk",
                        s ->
                                s.replace(
                                        "{\"content\":\"lo\"}",
                                        "{\"role\":\"assistant\",\"content\":\"lo\"}")),
                chat(
                        "no id, time, kind or index",
                        s ->
                                s.replace(
                                                "\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1790000000,",
                                                "")
                                        .replace("\"index\":0,", "")),
                chat(
                        "fields nobody knows",
                        s ->
                                s.replace(
                                        "\"model\":\"m\"",
                                        "\"model\":\"m\",\"x\":{\"y\":[1,null]},\"timings\":{}")),
                chat(
                        "null for every other field",
                        s ->
                                s.replace(
                                        "\"content\":\"lo\"",
                                        "\"content\":\"lo\",\"refusal\":null,\"tool_calls\":null,\"function_call\":null,\"audio\":null,\"images\":null,\"annotations\":null")),
                chat(
                        "an empty list of calls",
                        s ->
                                s.replace(
                                        "\"content\":\"lo\"",
                                        "\"content\":\"lo\",\"tool_calls\":[]")),
                chat(
                        "a delta that is null",
                        s ->
                                s.replace(
                                        "{},\"finish_reason\":\"stop\"",
                                        "null,\"finish_reason\":\"stop\"")),
                chat(
                        "the finish twice",
                        s ->
                                s.replace(
                                        "data: [DONE]",
                                        s.substring(
                                                        s.lastIndexOf("data: {"),
                                                        s.lastIndexOf("}") + 1)
                                                + "\n\ndata: [DONE]")),
                chat(
                        "content in parts",
                        s ->
                                s.replace(
                                        "\"content\":\"lo\"",
                                        "\"content\":[{\"type\":\"text\",\"text\":\"lo\"}]")),
                chat(
                        "counts as texts",
                        s -> s.replace("\"prompt_tokens\":3", "\"prompt_tokens\":\"3\"")),
                chat(
                        "usage that is null",
                        s -> s.replaceAll("\"usage\":\\{[^}]*\\}", "\"usage\":null")),
                chat("an event of another kind", s -> "data: {\"type\":\"heartbeat\"}\n\n" + s),
                claude(
                        "no ids and no model",
                        s -> s.replace("\"id\":\"msg_1\",", "").replace("\"model\":\"c\",", "")),
                claude(
                        "unknown events",
                        s ->
                                s.replace(
                                        "event: content_block_stop",
                                        "event: mood\n"
                                            + "data: {\"type\":\"mood\",\"x\":1}\n\n"
                                            + "event: content_block_stop")),
                claude(
                        "unknown deltas",
                        s ->
                                s.replace(
                                        "event: content_block_stop",
                                        "event: content_block_delta\n"
                                            + "data:"
                                            + " {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"mood_delta\",\"mood\":1}}\n\n"
                                            + "event: content_block_stop")),
                claude(
                        "no end of the block",
                        s -> s.replaceFirst("event: content_block_stop\ndata: [^\n]*\n\n", "")),
                google(
                        "no role, index or id",
                        s ->
                                s.replace("\"role\":\"model\",", "")
                                        .replace(",\"index\":0", "")
                                        .replace(",\"responseId\":\"r1\"", "")),
                google(
                        "a last event without content",
                        s ->
                                s.replace(
                                        "\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\"\"}]},\"finish",
                                        "\"finish")),
                google(
                        "content that is null",
                        s ->
                                s.replace(
                                        "\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\"\"}]},\"finish",
                                        "\"content\":null,\"finish")),
                google("lone line feeds", s -> s.replace("\r\n", "\n")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("streams")
    void a_stream_is_understood(String what, Speaks speaks, UnaryOperator<String> change) {
        for (AskedAs client :
                List.of(AskedAs.CHAT, AskedAs.ANTHROPIC, AskedAs.GEMINI, AskedAs.OWN)) {
            if (client.speaksLike(speaks.upstream())) {
                continue;
            }
            house.answers(speaks.upstream(), Answer.events(change.apply(speaks.stream())));

            HttpResponse<String> answer = client.ask(house, speaks.model(), true);

            assertThat(client.text(answer, true)).as(what + " to " + client).isEqualTo("Hello");
        }
        passes(what, speaks, change.apply(speaks.stream()));
    }

    /// To a client of its own dialect all of it passes as it came.
    private static void passes(String what, Speaks speaks, String stream) {
        AskedAs same =
                Stream.of(AskedAs.CHAT, AskedAs.ANTHROPIC, AskedAs.GEMINI)
                        .filter(client -> client.speaksLike(speaks.upstream()))
                        .findFirst()
                        .orElseThrow();
        house.answers(speaks.upstream(), Answer.events(stream));

        HttpResponse<String> answer = same.ask(house, speaks.model(), true);

        assertThat(answer.statusCode()).as(what).isEqualTo(200);
        String passed = answer.body().stripTrailing();
        assertThat(stream).as(what).startsWith(passed);
        assertThat(stream.substring(passed.length())).as(what).matches("[\\s:]*");
        assertThat(answer.body()).as(what).doesNotContain("broke off");
    }
}
