package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.dialects.json.Json;
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
import tools.jackson.databind.JsonNode;

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
                                        "event: mood\ndata: {\"type\":\"mood\",\"x\":1}\n\nevent: content_block_stop")),
                claude(
                        "unknown deltas",
                        s ->
                                s.replace(
                                        "event: content_block_stop",
                                        "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"mood_delta\",\"mood\":1}}\n\nevent: content_block_stop")),
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
                google("lone line feeds", s -> s.replace("\r\n", "\n")),
                google(
                        "parts that are null or unknown",
                        swap("\"parts\":[", "\"parts\":[null,{\"mood\":1},{},")),
                google(
                        "candidates that are null",
                        swap("\"candidates\":[", "\"candidates\":[null,")),
                claude("no index", s -> s.replace("\"index\":0,", "").replace(",\"index\":0", "")),
                claude("no names of events", s -> s.replaceAll("event: [a-z_]*\n", "")),
                chat(
                        "choices that are null among them",
                        swap("\"choices\":[{", "\"choices\":[null,{")),
                chat("an index that is a text", swap("\"index\":0", "\"index\":\"0\"")),
                chat(
                        "a role that is null",
                        swap("\"content\":\"lo\"", "\"role\":null,\"content\":\"lo\"")),
                chat(
                        "content in bare texts",
                        swap("\"content\":\"lo\"", "\"content\":[\"l\",\"o\"]")),
                chat("a message for the delta", swap("\"delta\":", "\"message\":")),
                row("resp", "a byte order mark", s -> "\ufeff" + s),
                row("resp", "no names of events", s -> s.replaceAll("event: [a-z_.]*\n", "")),
                row(
                        "resp",
                        "no ids, indexes and numbers",
                        s ->
                                s.replaceAll("\"(id|item_id)\":\"msg_1\",", "")
                                        .replaceAll(
                                                "\"(sequence_number|output_index|content_index)\":\\d,",
                                                "")),
                row(
                        "resp",
                        "no beginning",
                        s -> s.substring(s.indexOf("event: response.output_item.added"))),
                row(
                        "resp",
                        "no item that began",
                        s ->
                                s.replaceFirst(
                                        "event: response.output_item.added\ndata: [^\n]*\n\n", "")),
                row(
                        "resp",
                        "deltas alone",
                        s ->
                                s.replaceAll(
                                        "\"output\":\\[\\{.*\\}\\],\"usage\"",
                                        "\"output\":[],\"usage\"")),
                row(
                        "resp",
                        "an item at the end that is null or unknown",
                        s ->
                                s.replaceAll(
                                        "\"output\":\\[\\{(.*)\\}\\],\"usage\"",
                                        "\"output\":[{$1},null,{},{\"type\":\"mood\"}],\"usage\"")),
                row("resp", "no type of the item", swap("\"type\":\"message\",", "")),
                row(
                        "resp",
                        "an event of another kind",
                        s -> "event: mood\ndata: {\"type\":\"mood\"}\n\ndata: {}\n\n" + s),
                row("resp", "the end of chat behind it", s -> s + "data: [DONE]\n\n"),
                row("ollama", "a byte order mark", s -> "\ufeff" + s),
                row("ollama", "blank lines", s -> "\n\n" + s.replace("\n", "\r\n\n")),
                row(
                        "ollama",
                        "no model, time or role",
                        swap(
                                "\"model\":\"m\",\"created_at\":\"2026-01-01T00:00:00Z\",",
                                "",
                                "\"role\":\"assistant\",",
                                "")),
                row(
                        "ollama",
                        "no message at the end",
                        swap("\"message\":{\"role\":\"assistant\",\"content\":\"\"},", "")),
                row(
                        "ollama",
                        "null wherever it may stand",
                        swap(
                                "\"content\":\"Hello\"",
                                "\"content\":\"Hello\",\"thinking\":null,\"tool_calls\":null,\"images\":null")),
                row(
                        "ollama",
                        "no reason to stop and no counts",
                        s ->
                                s.replaceAll(
                                                "\"done_reason\":\"stop\",|\"prompt_eval_count\":3,",
                                                "")
                                        .replace(",\"eval_count\":1", "")
                                        .replace("\"done\":true,}", "\"done\":true}")));
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("streams")
    void a_stream_is_understood(String what, Speaks speaks, UnaryOperator<String> change) {
        for (AskedAs client : CLIENTS) {
            if (client.speaksLike(speaks.upstream())) {
                continue;
            }
            house.answers(
                    speaks.upstream(),
                    Answer.events(change.apply(speaks.stream()))
                            .with("content-type", speaks.streamType()));

            HttpResponse<String> answer = client.ask(house, speaks.model(), true);

            assertThat(client.text(answer, true)).as(what + " to " + client).isEqualTo("Hello");
        }
        passes(what, speaks, change.apply(speaks.stream()));
    }

    private static Arguments row(String upstream, String what, UnaryOperator<String> change) {
        Speaks speaks =
                Speaks.all().stream()
                        .filter(each -> each.upstream().equals(upstream))
                        .findFirst()
                        .orElseThrow();
        return Arguments.of(what, speaks, change);
    }

    private static UnaryOperator<String> swap(String... pairs) {
        return text -> {
            String changed = text;
            for (int i = 0; i < pairs.length; i += 2) {
                assertThat(changed).contains(pairs[i]);
                changed = changed.replace(pairs[i], pairs[i + 1]);
            }
            return changed;
        };
    }

    private static final String CHAT_HEAD =
            "\"id\":\"chatcmpl-1\",\"object\":\"chat.completion\",\"created\":1790000000,"
                    + "\"model\":\"m\",";

    /// What is untidy, by whom, and how the whole answer is changed to be so.
    static Stream<Arguments> wholes() {
        return Stream.of(
                row("chat", "a byte order mark", s -> "\ufeff" + s),
                row("chat", "blank lines first", s -> "\r\n\n " + s + "\n\n"),
                row("chat", "no id, time, kind or model", swap(CHAT_HEAD, "")),
                row(
                        "chat",
                        "null for those",
                        swap(
                                CHAT_HEAD,
                                "\"id\":null,\"object\":null,\"created\":null,\"model\":null,")),
                row("chat", "numbers for texts", swap("\"id\":\"chatcmpl-1\"", "\"id\":17")),
                row(
                        "chat",
                        "no role or index",
                        swap("\"role\":\"assistant\",", "", "\"index\":0,", "")),
                row("chat", "an index that is a text", swap("\"index\":0", "\"index\":\"0\"")),
                row(
                        "chat",
                        "choices that are null among them",
                        swap("\"choices\":[", "\"choices\":[null,")),
                row(
                        "chat",
                        "content in parts",
                        swap(
                                "\"content\":\"Hello\"",
                                "\"content\":[{\"type\":\"text\",\"text\":\"Hel\"},{\"text\":\"lo\"}]")),
                row(
                        "chat",
                        "content in bare texts",
                        swap("\"content\":\"Hello\"", "\"content\":[\"Hel\",null,\"lo\"]")),
                row(
                        "chat",
                        "content that is one part",
                        swap(
                                "\"content\":\"Hello\"",
                                "\"content\":{\"type\":\"text\",\"text\":\"Hello\"}")),
                row(
                        "chat",
                        "parts of Responses",
                        swap(
                                "\"content\":\"Hello\"",
                                "\"content\":[{\"type\":\"output_text\",\"text\":\"Hello\"}]")),
                row(
                        "chat",
                        "fields nobody knows",
                        swap(
                                "\"model\":\"m\"",
                                "\"model\":\"m\",\"x\":{\"y\":[1,null]},\"timings\":{}")),
                row(
                        "chat",
                        "null for every other field",
                        swap(
                                "\"content\":\"Hello\"",
                                "\"content\":\"Hello\",\"refusal\":null,\"tool_calls\":null,\"function_call\":null,\"audio\":null,\"images\":null,\"annotations\":null,\"reasoning_details\":null,\"error\":null")),
                row("chat", "no usage", s -> s.replaceAll(",\"usage\":\\{[^}]*\\}", "")),
                row(
                        "chat",
                        "usage that is null",
                        s -> s.replaceAll("\"usage\":\\{[^}]*\\}", "\"usage\":null")),
                row("chat", "an error that is null", swap("{\"id\"", "{\"error\":null,\"id\"")),
                row("chat", "no reason to stop", swap(",\"finish_reason\":\"stop\"", "")),
                row(
                        "chat",
                        "null for the reason to stop",
                        swap("\"finish_reason\":\"stop\"", "\"finish_reason\":null")),
                row("resp", "a byte order mark", s -> "\ufeff" + s),
                row(
                        "resp",
                        "no ids, time, kind or model",
                        swap(
                                "\"id\":\"resp_1\",\"object\":\"response\",\"created_at\":1790000000,",
                                "",
                                "\"model\":\"m\",",
                                "",
                                "\"id\":\"msg_1\",",
                                "")),
                row("resp", "no status", swap("\"status\":\"completed\",", "")),
                row(
                        "resp",
                        "status that is null",
                        swap("\"status\":\"completed\",\"model\"", "\"status\":null,\"model\"")),
                row("resp", "no role", swap("\"role\":\"assistant\",", "")),
                row("resp", "an item without a type", swap("\"type\":\"message\",", "")),
                row("resp", "a part without a type", swap("\"type\":\"output_text\",", "")),
                row(
                        "resp",
                        "a part of chat",
                        swap("\"type\":\"output_text\"", "\"type\":\"text\"")),
                row(
                        "resp",
                        "content that is a text",
                        s -> s.replaceAll("\"content\":\\[.*?\\]\\}\\]", "\"content\":\"Hello\"")),
                row(
                        "resp",
                        "annotations and logprobs that are null",
                        swap("\"annotations\":[]", "\"annotations\":null,\"logprobs\":null")),
                row(
                        "resp",
                        "items that are null or unknown",
                        swap("\"output\":[", "\"output\":[null,{\"type\":\"mood\"},{},")),
                row(
                        "resp",
                        "an error that is null",
                        swap(
                                "\"model\":\"m\"",
                                "\"model\":\"m\",\"error\":null,\"incomplete_details\":null,\"x\":{}")),
                row("resp", "no usage", s -> s.replaceAll(",\"usage\":\\{[^}]*\\}", "")),
                row("claude", "a byte order mark", s -> "\ufeff" + s),
                row(
                        "claude",
                        "no id, type, role or model",
                        swap(
                                "\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"c\",",
                                "")),
                row(
                        "claude",
                        "content that is a text",
                        s -> s.replaceAll("\"content\":\\[.*?\\]", "\"content\":\"Hello\"")),
                row("claude", "a block without a type", swap("\"type\":\"text\",", "")),
                row(
                        "claude",
                        "blocks that are null or unknown",
                        swap("\"content\":[", "\"content\":[null,{\"type\":\"mood\"},{},")),
                row(
                        "claude",
                        "citations that are null",
                        swap("\"text\":\"Hello\"", "\"text\":\"Hello\",\"citations\":null")),
                row("claude", "no usage", s -> s.replaceAll(",\"usage\":\\{[^}]*\\}", "")),
                row(
                        "claude",
                        "usage that is null",
                        s -> s.replaceAll("\"usage\":\\{[^}]*\\}", "\"usage\":null")),
                row("claude", "no reason to stop", swap("\"stop_reason\":\"end_turn\",", "")),
                row("google", "a byte order mark", s -> "\ufeff" + s),
                row(
                        "google",
                        "no role, index, model or id",
                        swap(
                                "\"role\":\"model\",",
                                "",
                                ",\"index\":0",
                                "",
                                ",\"modelVersion\":\"g\",\"responseId\":\"r1\"",
                                "")),
                row(
                        "google",
                        "candidates that are null among them",
                        swap("\"candidates\":[", "\"candidates\":[null,")),
                row(
                        "google",
                        "parts that are null or unknown",
                        swap("\"parts\":[", "\"parts\":[null,{\"mood\":1},{},")),
                row(
                        "google",
                        "one part alone",
                        s ->
                                s.replace(
                                        "\"parts\":[{\"text\":\"Hello\"}]",
                                        "\"parts\":{\"text\":\"Hello\"}")),
                row("google", "no usage", s -> s.replaceAll(",\"usageMetadata\":\\{[^}]*\\}", "")),
                row(
                        "google",
                        "null wherever it may stand",
                        swap(
                                "\"modelVersion\":\"g\"",
                                "\"modelVersion\":null,\"promptFeedback\":null,\"error\":null")),
                row("google", "no reason to stop", swap("\"finishReason\":\"STOP\",", "")),
                row("ollama", "a byte order mark", s -> "\ufeff" + s),
                row(
                        "ollama",
                        "no model or time",
                        swap("\"model\":\"m\",\"created_at\":\"2026-01-01T00:00:00Z\",", "")),
                row("ollama", "no role", swap("\"role\":\"assistant\",", "")),
                row(
                        "ollama",
                        "content in parts",
                        swap(
                                "\"content\":\"Hello\"",
                                "\"content\":[{\"type\":\"text\",\"text\":\"Hello\"}]")),
                row(
                        "ollama",
                        "null wherever it may stand",
                        swap(
                                "\"content\":\"Hello\"",
                                "\"content\":\"Hello\",\"thinking\":null,\"tool_calls\":null,\"images\":null")),
                row("ollama", "no reason to stop", swap("\"done_reason\":\"stop\",", "")),
                row("ollama", "no counts", s -> s.replaceAll(",\"(prompt_)?eval_count\":\\d", "")));
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("wholes")
    void a_whole_answer_is_understood(String what, Speaks speaks, UnaryOperator<String> change) {
        String body = change.apply(speaks.whole());
        assertThat(body).isNotEqualTo(speaks.whole());
        for (AskedAs client : CLIENTS) {
            house.answers(speaks.upstream(), Answer.json(200, body));

            HttpResponse<String> answer = client.ask(house, speaks.model(), false);

            String whom = what + " to " + client + ": " + answer.body();
            if (client.speaksLike(speaks.upstream())) {
                assertThat(answer.statusCode()).as(whom).isEqualTo(200);
                assertThat(answer.body()).as(whom).isEqualTo(body);
            } else {
                assertThat(client.text(answer, false)).as(whom).isEqualTo("Hello");
            }
        }
    }

    private static final List<AskedAs> CLIENTS =
            List.of(
                    AskedAs.CHAT,
                    AskedAs.RESPONSES,
                    AskedAs.ANTHROPIC,
                    AskedAs.GEMINI,
                    AskedAs.OLLAMA,
                    AskedAs.OWN);

    /// What of a call is untidy, by whom, and the whole answer: always `f` with `{"a":1}`.
    static Stream<Arguments> calls() {
        String chat =
                "{\"id\":\"c1\",\"model\":\"m\",\"choices\":[{\"message\":{\"content\":null,%s},\"finish_reason\":\"tool_calls\"}],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":1}}";
        String claude =
                "{\"id\":\"msg_1\",\"content\":[%s],\"stop_reason\":\"tool_use\",\"usage\":{\"input_tokens\":3,\"output_tokens\":1}}";
        String responses =
                "{\"id\":\"resp_1\",\"status\":\"completed\",\"output\":[%s],\"usage\":{\"input_tokens\":3,\"output_tokens\":1}}";
        String gemini =
                "{\"candidates\":[{\"content\":{\"parts\":[%s]},\"finishReason\":\"STOP\"}],\"usageMetadata\":{\"promptTokenCount\":3,\"candidatesTokenCount\":1}}";
        String ollama =
                "{\"message\":{\"content\":\"\",\"tool_calls\":[%s]},\"done\":true,\"prompt_eval_count\":3,\"eval_count\":1}";
        String text = "\"{\\\"a\\\":1}\"";
        return Stream.of(
                Arguments.of(
                        "chat",
                        "without id, index and type",
                        chat.formatted(
                                "\"tool_calls\":[{\"function\":{\"name\":\"f\",\"arguments\":"
                                        + text
                                        + "}}]")),
                Arguments.of(
                        "chat",
                        "with arguments as an object",
                        chat.formatted(
                                "\"tool_calls\":[{\"id\":\"x\",\"function\":{\"name\":\"f\",\"arguments\":{\"a\":1}}}]")),
                Arguments.of(
                        "chat",
                        "without a wrapping",
                        chat.formatted(
                                "\"tool_calls\":[{\"id\":\"x\",\"name\":\"f\",\"arguments\":"
                                        + text
                                        + "}]")),
                Arguments.of(
                        "chat",
                        "beside null",
                        chat.formatted(
                                "\"tool_calls\":[null,{\"id\":null,\"index\":null,\"type\":null,\"function\":{\"name\":\"f\",\"arguments\":"
                                        + text
                                        + "}}]")),
                Arguments.of(
                        "chat",
                        "one that is no list",
                        chat.formatted(
                                "\"tool_calls\":{\"id\":\"x\",\"function\":{\"name\":\"f\",\"arguments\":"
                                        + text
                                        + "}}")),
                Arguments.of(
                        "chat",
                        "as functions were called first",
                        chat.formatted(
                                "\"function_call\":{\"name\":\"f\",\"arguments\":" + text + "}")),
                Arguments.of(
                        "claude",
                        "without an id",
                        claude.formatted(
                                "{\"type\":\"tool_use\",\"name\":\"f\",\"input\":{\"a\":1}}")),
                Arguments.of(
                        "claude",
                        "with input as a text",
                        claude.formatted(
                                "{\"type\":\"tool_use\",\"id\":\"x\",\"name\":\"f\",\"input\":"
                                        + text
                                        + "}")),
                Arguments.of(
                        "resp",
                        "without ids and status",
                        responses.formatted(
                                "{\"type\":\"function_call\",\"name\":\"f\",\"arguments\":"
                                        + text
                                        + "}")),
                Arguments.of(
                        "resp",
                        "with arguments as an object",
                        responses.formatted(
                                "{\"type\":\"function_call\",\"call_id\":\"x\",\"name\":\"f\",\"arguments\":{\"a\":1}}")),
                Arguments.of(
                        "google",
                        "without an id",
                        gemini.formatted("{\"functionCall\":{\"name\":\"f\",\"args\":{\"a\":1}}}")),
                Arguments.of(
                        "google",
                        "with args as a text",
                        gemini.formatted(
                                "{\"functionCall\":{\"id\":null,\"name\":\"f\",\"args\":"
                                        + text
                                        + "}}")),
                Arguments.of(
                        "ollama",
                        "without an id",
                        ollama.formatted(
                                "{\"function\":{\"name\":\"f\",\"arguments\":{\"a\":1}}}")),
                Arguments.of(
                        "ollama",
                        "with arguments as a text",
                        ollama.formatted(
                                "{\"function\":{\"name\":\"f\",\"arguments\":" + text + "}}")),
                Arguments.of(
                        "ollama",
                        "without a wrapping",
                        ollama.formatted("{\"name\":\"f\",\"arguments\":{\"a\":1}}")),
                Arguments.of(
                        "ollama",
                        "beside null",
                        ollama.formatted(
                                "null,{\"function\":{\"name\":\"f\",\"arguments\":{\"a\":1}}}")));
    }

    @ParameterizedTest(name = "{0}: a call {1}")
    @MethodSource("calls")
    void a_call_is_understood(String upstream, String what, String body) {
        for (AskedAs client : CLIENTS) {
            if (client.speaksLike(upstream)) {
                continue;
            }
            for (boolean streamed : new boolean[] {false, true}) {
                house.answers(upstream, Answer.json(200, body));

                HttpResponse<String> answer = client.ask(house, upstream + "/m", streamed);

                String whom = what + " to " + client + ": " + answer.body();
                assertThat(answer.statusCode()).as(whom).isEqualTo(200);
                String bare = answer.body().replace("\\", "").replace(" ", "");
                assertThat(bare).as(whom).contains("\"name\":\"f\"", "{\"a\":1}");
                if (!streamed && client != AskedAs.OLLAMA) {
                    assertThat(ids(client, Json.read(answer.body()))).as(whom).isNotEmpty();
                }
            }
        }
    }

    private static String ids(AskedAs client, JsonNode answer) {
        return switch (client) {
            case CHAT -> answer.at("/choices/0/message/tool_calls/0/id").asString("");
            case RESPONSES -> answer.at("/output/0/call_id").asString("");
            case ANTHROPIC -> answer.at("/content/0/id").asString("");
            case GEMINI, GEMINI_LIST ->
                    answer.at("/candidates/0/content/parts/0/functionCall/id").asString("");
            case OWN -> answer.at("/toolCalls/0/id").asString("");
            case OLLAMA, GENERATE -> "";
        };
    }

    /// To a client of its own dialect all of it passes as it came.
    private static void passes(String what, Speaks speaks, String stream) {
        AskedAs same =
                Stream.of(
                                AskedAs.CHAT,
                                AskedAs.RESPONSES,
                                AskedAs.ANTHROPIC,
                                AskedAs.GEMINI,
                                AskedAs.OLLAMA)
                        .filter(client -> client.speaksLike(speaks.upstream()))
                        .findFirst()
                        .orElseThrow();
        house.answers(
                speaks.upstream(), Answer.events(stream).with("content-type", speaks.streamType()));

        HttpResponse<String> answer = same.ask(house, speaks.model(), true);

        assertThat(answer.statusCode()).as(what).isEqualTo(200);
        String passed = answer.body().stripTrailing();
        assertThat(stream).as(what).startsWith(passed);
        assertThat(stream.substring(passed.length()))
                .as(what)
                .matches("[\\s:]*(data: \\[DONE\\]\\s*)?");
        assertThat(answer.body()).as(what).doesNotContain("broke off");
    }
}
