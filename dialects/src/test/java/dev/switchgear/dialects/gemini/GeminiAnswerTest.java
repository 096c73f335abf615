package dev.switchgear.dialects.gemini;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.FinishReason;
import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.chat.Role;
import dev.switchgear.families.llm.chat.Signature;
import dev.switchgear.families.llm.dialect.AnswerIdentity;
import dev.switchgear.families.llm.dialect.AnswerReader;
import dev.switchgear.families.llm.dialect.AnswerWriter;
import dev.switchgear.families.llm.dialect.MalformedAnswer;
import dev.switchgear.families.llm.tokens.TokenUsage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

final class GeminiAnswerTest {
    private static final ChatEvent START = new ChatEvent.Start("r1", "gemini-x");

    @Test
    void calls_that_end_with_stop_in_a_later_event_end_with_tool_calls() throws Exception {
        List<ChatEvent> events =
                read(
                        "{'candidates':[{'content':{'parts':[{'functionCall':{'name':'a','args':{'n':9007199254740993,"
                                + "'x':1.0}},'thoughtSignature':'b3du'},{'functionCall':{'name':'b','id':'own'}}]}}],"
                                + "'modelVersion':'gemini-x','responseId':'r1'}",
                        "{'candidates':[{'content':{'parts':[{'text':''}]},'finishReason':'STOP'}]}");

        assertThat(events)
                .containsExactly(
                        START,
                        new ChatEvent.ToolStart(
                                0,
                                "call_r1_0",
                                "a",
                                Optional.of(new Signature("b3du", Dialect.GEMINI, "gemini-x"))),
                        new ChatEvent.ToolArgs(0, "{\"n\":9007199254740993,\"x\":1.0}"),
                        new ChatEvent.ToolEnd(0),
                        new ChatEvent.ToolStart(1, "own", "b", Optional.empty()),
                        new ChatEvent.ToolArgs(1, "{}"),
                        new ChatEvent.ToolEnd(1),
                        new ChatEvent.Finish(FinishReason.TOOL_CALLS, ""));
    }

    @Test
    void a_signature_alone_in_an_empty_text_is_not_lost() throws Exception {
        List<ChatEvent> events =
                read(
                        "{'candidates':[{'content':{'parts':[{'text':'hi'}]}}]}",
                        "{'candidates':[{'content':{'parts':[{'text':'','thoughtSignature':'b3du'}]},"
                                + "'finishReason':'STOP'}]}");

        assertThat(events)
                .containsExactly(
                        new ChatEvent.Start("", ""),
                        new ChatEvent.Text("hi"),
                        new ChatEvent.Signed(
                                new Signature("b3du", Dialect.GEMINI, "gemini-2.5-flash")),
                        new ChatEvent.Finish(FinishReason.STOP, ""));
    }

    @Test
    void thoughts_are_not_in_the_candidates_and_cached_tokens_are_in_the_prompt() throws Exception {
        List<ChatEvent> events =
                read(
                        "{'candidates':[{'finishReason':'MAX_TOKENS'}],'usageMetadata':{'promptTokenCount':100,"
                                + "'cachedContentTokenCount':60,'toolUsePromptTokenCount':5,"
                                + "'candidatesTokenCount':7,'thoughtsTokenCount':11,'totalTokenCount':123}}");

        assertThat(events)
                .contains(
                        new ChatEvent.Usage(new TokenUsage(45, 60, 0, 0, 0, 0, 7, 11, 0, 0, false)))
                .last()
                .isEqualTo(new ChatEvent.Finish(FinishReason.LENGTH, ""));
    }

    @Test
    void a_blocked_prompt_is_a_content_filter() throws Exception {
        assertThat(read("{'promptFeedback':{'blockReason':'PROHIBITED_CONTENT'}}"))
                .containsExactly(
                        new ChatEvent.Start("", ""),
                        new ChatEvent.Finish(FinishReason.CONTENT_FILTER, ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SAFETY",
                "RECITATION",
                "LANGUAGE",
                "BLOCKLIST",
                "PROHIBITED_CONTENT",
                "SPII",
                "IMAGE_SAFETY"
            })
    void policies_are_a_content_filter(String reason) throws Exception {
        assertThat(read("{'candidates':[{'content':{},'finishReason':'" + reason + "'}]}"))
                .last()
                .isEqualTo(new ChatEvent.Finish(FinishReason.CONTENT_FILTER, ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "MALFORMED_FUNCTION_CALL",
                "UNEXPECTED_TOOL_CALL",
                "OTHER",
                "NO_IMAGE",
                "TOO_MANY_TOOL_CALLS",
                "MALFORMED_RESPONSE",
                "MISSING_THOUGHT_SIGNATURE",
                "NEWER_THAN_US"
            })
    void a_reason_that_means_failure_is_told_with_its_words(String reason) throws Exception {
        assertThat(read("{'candidates':[{'finishReason':'" + reason + "'}]}"))
                .last()
                .isEqualTo(
                        new ChatEvent.Broken(
                                502, reason, "the model stopped without an answer", true));
        assertThat(
                        read(
                                "{'candidates':[{'finishReason':'"
                                        + reason
                                        + "','finishMessage':'because'}]}"))
                .last()
                .isEqualTo(new ChatEvent.Broken(502, reason, "because", true));
    }

    @Test
    void an_answer_that_ends_for_a_reason_nobody_knows_is_an_answer() throws Exception {
        assertThat(
                        read(
                                "{'candidates':[{'content':{'parts':[{'text':'hi'}]},"
                                        + "'finishReason':'NEWER_THAN_US'}]}"))
                .last()
                .isEqualTo(new ChatEvent.Finish(FinishReason.STOP, ""));
    }

    @Test
    void without_a_reason_to_stop_a_stream_is_not_whole_but_a_plain_answer_is() throws Exception {
        AnswerReader reader = GeminiAnswers.reader();
        var events = new ArrayList<ChatEvent>();
        byte[] text = bytes("{'candidates':[{'content':{'parts':[{'text':'half'}]}}]}");

        reader.event(text, 0, text.length, events::add);

        assertThat(reader.bodyEnded(events::add)).isFalse();
        assertThat(events).noneMatch(ChatEvent.Finish.class::isInstance);
        assertThat(GeminiAnswers.whole(text))
                .last()
                .isEqualTo(new ChatEvent.Finish(FinishReason.STOP, ""));
        assertThatThrownBy(() -> GeminiAnswers.whole(bytes("{'candidates':[{}]}")))
                .isInstanceOf(MalformedAnswer.class);
    }

    @Test
    void nothing_is_read_after_an_error() throws Exception {
        AnswerReader reader = GeminiAnswers.reader();
        var events = new ArrayList<ChatEvent>();
        byte[] error =
                bytes("{'error':{'code':503,'message':'overloaded','status':'UNAVAILABLE'}}");
        byte[] text =
                bytes(
                        "{'candidates':[{'content':{'parts':[{'text':'x'}]},'finishReason':'STOP'}]}");

        reader.event(error, 0, error.length, events::add);
        reader.event(text, 0, text.length, events::add);

        assertThat(events).containsExactly(new ChatEvent.Broken(503, "UNAVAILABLE", "overloaded"));
        assertThat(reader.ended()).isTrue();
        assertThat(reader.bodyEnded(events::add)).isFalse();
    }

    @Test
    void a_character_cut_in_two_is_joined() throws Exception {
        List<ChatEvent> events =
                read(
                        "{'candidates':[{'content':{'parts':[{'text':'a\\ud83d'}]}}]}",
                        "{'candidates':[{'content':{'parts':[{'text':'\\ude00b'}]}}]}",
                        "{'candidates':[{'content':{'parts':[{'text':'\\ud83d'}]},'finishReason':'STOP'}]}");

        assertThat(events)
                .containsSubsequence(
                        new ChatEvent.Text("a"),
                        new ChatEvent.Text("😀b"),
                        new ChatEvent.Text("\uFFFD"));
    }

    @Test
    void what_has_no_place_is_named() throws Exception {
        List<ChatEvent> events =
                read(
                        "{'candidates':[{'content':{'parts':[{'executableCode':{'code':'1'}}]},"
                                + "'groundingMetadata':{'webSearchQueries':['x']},'citationMetadata':{},"
                                + "'finishReason':'STOP'},{'content':{}}]}");

        assertThat(events)
                .filteredOn(ChatEvent.Omitted.class::isInstance)
                .containsExactly(
                        new ChatEvent.Omitted("executableCode"),
                        new ChatEvent.Omitted("groundingMetadata"),
                        new ChatEvent.Omitted("candidates[1]"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "[1]",
                "{'candidates':[1]}",
                "{'candidates':[{'content':{'parts':[1]}}]}",
                "{'candidates':[{'content':{'parts':[{'functionCall':{}}]}}]}",
                "{'candidates':[{'content':{'parts':[{'functionCall':{'name':'a','args':1}}]}}]}",
                "{'candidates':[]}}"
            })
    void what_breaks_the_grammar_is_malformed(String data) {
        assertThatThrownBy(() -> read(data)).isInstanceOf(MalformedAnswer.class);
    }

    @Test
    void a_plain_answer_is_written_as_google_does() {
        byte[] written =
                GeminiAnswers.writer(GeminiClientDialect.Form.EVENTS)
                        .whole(
                                List.of(
                                        START,
                                        new ChatEvent.Thinking("h"),
                                        new ChatEvent.Thinking("m"),
                                        new ChatEvent.Text("a\"\n"),
                                        new ChatEvent.Text("b"),
                                        new ChatEvent.Usage(
                                                new TokenUsage(
                                                        40, 60, 0, 0, 0, 0, 7, 11, 0, 0, false)),
                                        new ChatEvent.Finish(FinishReason.STOP, "")));

        assertThat(new String(written, StandardCharsets.UTF_8))
                .isEqualTo(
                        """
                        {"candidates": [{"content": {"parts": [{"text": "hm","thought": true},\
                        {"text": "a\\"\\nb"}],"role": "model"},"finishReason": "STOP","index": 0}],\
                        "usageMetadata": {"promptTokenCount": 100,"candidatesTokenCount": 7,\
                        "totalTokenCount": 118,"cachedContentTokenCount": 60,\
                        "promptTokensDetails": [{"modality": "TEXT","tokenCount": 100}],\
                        "thoughtsTokenCount": 11},"modelVersion": "gemini-x","responseId": "r1"}\
                        """);
    }

    @Test
    void a_stream_is_events_parted_by_crlf_crlf_and_ends_without_a_mark() {
        String stream =
                GeminiAnswers.written(
                        GeminiClientDialect.Form.EVENTS,
                        List.of(
                                START,
                                new ChatEvent.Text("hi"),
                                new ChatEvent.Finish(FinishReason.LENGTH, ""),
                                new ChatEvent.Usage(TokenUsage.of(3, 4))));

        assertThat(stream)
                .isEqualTo(
                        "data: {\"candidates\": [{\"content\": {\"parts\": [{\"text\": \"hi\"}],\"role\":"
                                + " \"model\"},\"index\": 0}],\"modelVersion\": \"gemini-x\",\"responseId\": \"r1\"}\r\n\r\n"
                                + "data: {\"candidates\": [{\"content\": {\"parts\": [{\"text\": \"\"}],\"role\": \"model\"},"
                                + "\"finishReason\": \"MAX_TOKENS\",\"index\": 0}],\"usageMetadata\": {\"promptTokenCount\": 3,"
                                + "\"candidatesTokenCount\": 4,\"totalTokenCount\": 7,\"promptTokensDetails\":"
                                + " [{\"modality\": \"TEXT\",\"tokenCount\": 3}]},\"modelVersion\": \"gemini-x\",\"responseId\":"
                                + " \"r1\"}\r\n\r\n");
    }

    @Test
    void interleaved_calls_are_each_written_whole() {
        String stream =
                GeminiAnswers.written(
                        GeminiClientDialect.Form.EVENTS,
                        List.of(
                                START,
                                new ChatEvent.ToolStart(0, "x", "a", Optional.empty()),
                                new ChatEvent.ToolArgs(0, "{\"n\":\n90071"),
                                new ChatEvent.ToolStart(1, "y", "b", Optional.empty()),
                                new ChatEvent.ToolArgs(1, ""),
                                new ChatEvent.ToolArgs(0, "99254740993}"),
                                new ChatEvent.ToolEnd(0),
                                new ChatEvent.ToolEnd(1),
                                new ChatEvent.Finish(FinishReason.TOOL_CALLS, "")));

        List<String> data = GeminiAnswers.data(stream);
        assertThat(data).hasSize(3);
        assertThat(data.get(0))
                .contains(
                        "{\"functionCall\": {\"name\": \"a\",\"args\": {\"n\":9007199254740993},\"id\": \"x\"},"
                                + "\"thoughtSignature\": \""
                                + GeminiSeals.UNSIGNED
                                + "\"}");
        assertThat(data.get(1)).contains("\"name\": \"b\",\"args\": {}");
        assertThat(data.get(2)).contains("\"finishReason\": \"STOP\"");
    }

    @ParameterizedTest
    @CsvSource({"LENGTH, 1", "TOOL_CALLS, 2"})
    void a_call_broken_off_at_the_limit_is_no_call(FinishReason reason, int parts) {
        byte[] written =
                GeminiAnswers.writer(GeminiClientDialect.Form.EVENTS)
                        .whole(
                                List.of(
                                        START,
                                        new ChatEvent.Text("x"),
                                        new ChatEvent.ToolStart(0, "x", "a", Optional.empty()),
                                        new ChatEvent.ToolArgs(0, "{\"n\":"),
                                        new ChatEvent.ToolEnd(0),
                                        new ChatEvent.Finish(reason, "")));

        assertThat(Json.read(written, 0, written.length).at("/candidates/0/content/parts").size())
                .isEqualTo(parts);
    }

    @ParameterizedTest
    @EnumSource(names = {"EVENTS", "ARRAY"})
    void an_error_ends_a_stream_without_a_sign_of_success(GeminiClientDialect.Form form) {
        var out = new ByteArrayOutputStream();
        AnswerWriter writer = GeminiAnswers.writer(form);

        writer.event(START, out);
        writer.event(new ChatEvent.Text("x"), out);
        writer.event(new ChatEvent.Broken(529, "overloaded_error", "busy"), out);
        writer.event(new ChatEvent.Text("y"), out);

        String text = out.toString(StandardCharsets.UTF_8);
        String error =
                "{\"error\": {\"code\": 529,\"message\": \"busy\",\"status\": \"UNAVAILABLE\"}}";
        assertThat(text).doesNotContain("finishReason").doesNotContain("\"y\"").contains(error);
        if (form == GeminiClientDialect.Form.ARRAY) {
            assertThat(Json.read(text).size()).isEqualTo(2);
        } else {
            assertThat(GeminiAnswers.data(text).getLast()).isEqualTo(error);
        }
    }

    @Test
    void an_array_is_one_whatever_comes_between() {
        var out = new ByteArrayOutputStream();
        AnswerWriter writer = GeminiAnswers.writer(GeminiClientDialect.Form.ARRAY);

        writer.ping(out);
        writer.event(START, out);
        writer.event(new ChatEvent.Text("x"), out);
        writer.ping(out);
        writer.event(new ChatEvent.Finish(FinishReason.STOP, ""), out);
        writer.end(out);

        JsonNode array = Json.read(out.toString(StandardCharsets.UTF_8));
        assertThat(array.size()).isEqualTo(2);
        assertThat(array.at("/1/candidates/0/finishReason").asString("")).isEqualTo("STOP");
    }

    @Test
    void reasoning_is_shown_only_to_who_asked_for_it_but_its_signature_comes_back()
            throws Exception {
        var claude = new Signature("s+/=", Dialect.ANTHROPIC, "claude-x");
        ChatRequest silent =
                ChatRequest.builder("m").turn(Role.USER, List.of(new Part.Text("hi"))).build();
        byte[] written =
                GeminiAnswers.CLIENT
                        .answer(silent, new AnswerIdentity("id", 1, "m"))
                        .whole(
                                List.of(
                                        START,
                                        new ChatEvent.Thinking("hm, 🌊"),
                                        new ChatEvent.Signed(claude),
                                        new ChatEvent.HiddenThinking(claude),
                                        new ChatEvent.Text("x"),
                                        new ChatEvent.ToolStart(0, "c", "f", Optional.empty()),
                                        new ChatEvent.ToolEnd(0),
                                        new ChatEvent.Finish(FinishReason.STOP, "")));
        JsonNode content = Json.read(written, 0, written.length).at("/candidates/0/content");

        ChatRequest back = GeminiAnswers.asked("{'contents':[" + Json.text(content) + "]}");

        assertThat(Json.text(content)).doesNotContain("hm");
        assertThat(content.at("/parts/0/text").asString("")).as("the text is first").isEqualTo("x");
        for (JsonNode part : content.path("parts").values()) {
            assertThat(Base64.getDecoder().decode(part.path("thoughtSignature").asString("")))
                    .isNotNull();
        }
        assertThat(back.turns().getFirst().parts())
                .as("where they stood")
                .containsExactly(
                        new Part.Thinking("hm, 🌊", Optional.of(claude)),
                        new Part.HiddenThinking(claude),
                        new Part.Text("x"),
                        new Part.ToolCall("c", "f", "{}", Optional.empty()));
    }

    @Test
    void reasoning_that_was_shown_comes_back_whole_under_its_signature() throws Exception {
        var claude = new Signature("opaque", Dialect.ANTHROPIC, "claude-x");
        var parts = new ArrayList<String>();
        for (String data :
                GeminiAnswers.data(
                        GeminiAnswers.written(
                                GeminiClientDialect.Form.EVENTS,
                                List.of(
                                        START,
                                        new ChatEvent.Thinking("a"),
                                        new ChatEvent.Thinking("b"),
                                        new ChatEvent.Signed(claude),
                                        new ChatEvent.ToolStart(0, "x", "f", Optional.empty()),
                                        new ChatEvent.ToolEnd(0),
                                        new ChatEvent.Finish(FinishReason.TOOL_CALLS, ""))))) {
            for (JsonNode part : Json.read(data).at("/candidates/0/content/parts").values()) {
                parts.add(Json.text(part));
            }
        }

        ChatRequest back =
                GeminiAnswers.asked(
                        "{'contents':[{'role':'model','parts':["
                                + String.join(",", parts)
                                + "]}]}");

        assertThat(back.turns().getFirst().parts())
                .startsWith(
                        new Part.Thinking("ab", Optional.of(claude)),
                        new Part.ToolCall("x", "f", "{}", Optional.empty()));
    }

    @Test
    void damaged_answers_are_malformed_and_nothing_worse() {
        var random = new Random(7);
        byte[] seed =
                bytes(
                        "{'candidates':[{'content':{'parts':[{'text':'é🌊\\ud83d','thought':true},{'functionCall':"
                                + "{'name':'a','args':{'n':[1,2.50,null,true,{'b':'\\n'}]},'id':'x'},'thoughtSignature':'b3du'}]},"
                                + "'finishReason':'STOP','groundingMetadata':{'a':[{}]}}],'usageMetadata':{'promptTokenCount':1,"
                                + "'promptTokensDetails':[{'modality':'AUDIO','tokenCount':1}]},'error':null}");
        int malformed = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] data = seed.clone();
            for (int hit = random.nextInt(3); hit >= 0; hit--) {
                data[random.nextInt(data.length)] =
                        (byte) "{}[]\",:0123a\\ \u0000".charAt(random.nextInt(15));
            }
            int to = random.nextInt(4) == 0 ? random.nextInt(data.length) : data.length;
            AnswerReader reader = GeminiAnswers.reader();
            var out = new ByteArrayOutputStream();
            AnswerWriter writer = GeminiAnswers.writer(GeminiClientDialect.Form.EVENTS);
            try {
                reader.event(data, 0, to, event -> writer.event(event, out));
                reader.bodyEnded(event -> writer.event(event, out));
            } catch (MalformedAnswer expected) {
                malformed++;
            }
        }
        assertThat(malformed).isBetween(1_000, 19_999);
    }

    private static List<ChatEvent> read(String... data) throws MalformedAnswer {
        var json = new ArrayList<String>();
        for (String each : data) {
            json.add(each.replace('\'', '"'));
        }
        return GeminiAnswers.events(json);
    }

    private static byte[] bytes(String json) {
        return json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }
}
