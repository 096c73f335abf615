package dev.switchgear.providers.mistral;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.call.Call;
import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.Dispatch;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.Quota;
import dev.switchgear.core.call.Rank;
import dev.switchgear.core.call.Timeouts;
import dev.switchgear.core.time.ManualTime;
import dev.switchgear.core.time.Threads;
import dev.switchgear.core.vault.Secret;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.dialects.openai.OpenAiClientDialect;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.call.HoldBack;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.families.llm.call.Meaning;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.chat.FinishReason;
import dev.switchgear.families.llm.model.ModelTraits;
import dev.switchgear.families.llm.model.Reasoning;
import dev.switchgear.families.llm.scan.RequestBody;
import dev.switchgear.families.llm.scan.RequestScan;
import dev.switchgear.families.llm.scan.ScanLimits;
import dev.switchgear.providers.ListeningClient;
import dev.switchgear.providers.Played;
import dev.switchgear.providers.PlayedTransport;
import dev.switchgear.providers.TestCalls;
import dev.switchgear.providers.fault.ErrorReply;
import dev.switchgear.providers.llm.LlmAccount;
import dev.switchgear.providers.llm.LlmModels;
import dev.switchgear.providers.llm.LlmPlace;
import dev.switchgear.providers.llm.LlmProvider;
import dev.switchgear.providers.llm.LlmUpstream;
import dev.switchgear.wire.Endpoint;
import dev.switchgear.wire.Headers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// Mistral from request to answer, with payloads made after its OpenAPI document.
final class MistralTest {
    private static final String ANSWER =
            """
            {"id":"c1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,
            "message":{"role":"assistant","content":[
            {"type":"thinking","thinking":[{"type":"text","text":"two and two"}],"closed":true},
            {"type":"text","text":"Four."}],"tool_calls":null},"finish_reason":"stop"}],
            "usage":{"prompt_tokens":5,"completion_tokens":7,"total_tokens":12}}
            """;
    private static final String STREAM =
            """
            data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}

            data: {"id":"c1","choices":[{"index":0,"delta":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"two "}]}]},"finish_reason":null}]}

            data: {"id":"c1","choices":[{"index":0,"delta":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"and two"}]}]},"finish_reason":null}]}

            data: {"id":"c1","choices":[{"index":0,"delta":{"content":"Fo"},"finish_reason":null}]}

            data: {"id":"c1","choices":[{"index":0,"delta":{"content":"ur."},"finish_reason":null}]}

            data: {"id":"c1","choices":[{"index":0,"delta":{"content":"","tool_calls":[{"id":"a1B2c3D4e","function":{"name":"f","arguments":"{\\"x\\":1}"},"index":0}]},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":5,"completion_tokens":7,"total_tokens":12}}

            data: [DONE]

            """;
    private static final ModelTraits REASONS =
            new ModelTraits(OptionalLong.empty(), Optional.of(Reasoning.EFFORT), Set.of());

    private final ManualTime time = new ManualTime();
    private final ListeningClient client = ListeningClient.patient();
    private PlayedTransport transport = PlayedTransport.answering(Played.json(200, ANSWER), time);

    private static LlmProvider provider(ModelTraits traits) {
        return MistralProvider.mistral(
                new LlmPlace(Endpoint.parse(MistralProvider.BASE), Headers.NONE, _ -> traits));
    }

    private Outcome<LlmReply> send(Operation operation, String request, ModelTraits traits) {
        return send(operation, request, client, traits);
    }

    private Outcome<LlmReply> send(
            Operation operation, String request, ListeningClient listening, ModelTraits traits) {
        byte[] bytes = request.getBytes(StandardCharsets.UTF_8);
        RequestBody body;
        try {
            body =
                    RequestScan.scan(
                            bytes, new OpenAiClientDialect().scanRules(), ScanLimits.DEFAULT);
        } catch (InvalidBody invalid) {
            throw new AssertionError(invalid);
        }
        var asked =
                new LlmRequest(
                        operation,
                        Dialect.OPENAI,
                        body,
                        Meaning.of(operation, body, new OpenAiClientDialect()),
                        true,
                        false,
                        HoldBack.NONE,
                        listening,
                        Map.of(),
                        TestCalls.TRACEPARENT);
        var call =
                new Call<>(
                        "req-1",
                        asked,
                        Deadline.in(Duration.ofMinutes(10), time),
                        true,
                        Rank.NORMAL,
                        0);
        return new LlmUpstream(
                        new LlmAccount(
                                TestCalls.UPSTREAM,
                                provider(traits),
                                Optional.of(Secret.of("not-a-key")),
                                transport),
                        Timeouts.DEFAULT,
                        time,
                        Threads.virtual())
                .send(new Dispatch<>(call, TestCalls.UPSTREAM, "real", 1, time));
    }

    private JsonNode sent(String request, ModelTraits traits) {
        assertThat(send(Operation.CHAT, request, traits)).isInstanceOf(Outcome.Success.class);
        return body();
    }

    private JsonNode body() {
        byte[] sent = transport.sent().getFirst().body();
        return Json.read(sent, 0, sent.length);
    }

    @Test
    void what_mistral_names_otherwise_is_renamed_and_what_it_refuses_left_out() {
        JsonNode body =
                sent(
                        """
                        {"model":"m","max_completion_tokens":9,"seed":4,"user":"u","store":false,
                        "logit_bias":{"1":2},"service_tier":"auto","safe_prompt":true,
                        "prompt_mode":"reasoning","metadata":{"a":"b"},"parallel_tool_calls":false,
                        "tools":[{"type":"function","function":{"name":"f"},"defer":true}],
                        "tool_choice":"any",
                        "messages":[{"role":"developer","content":"x","name":"y"},
                        {"role":"user","content":"hi"}]}
                        """,
                        ModelTraits.UNKNOWN);

        assertThat(Json.text(body))
                .isEqualTo(
                        "{\"model\":\"real\",\"messages\":[{\"role\":\"system\",\"content\":\"x\"},"
                                + "{\"role\":\"user\",\"content\":\"hi\"}],\"max_tokens\":9,"
                                + "\"random_seed\":4,\"tools\":[{\"type\":\"function\",\"function\":"
                                + "{\"name\":\"f\",\"parameters\":{\"type\":\"object\",\"properties\":{}}}}],"
                                + "\"tool_choice\":\"required\",\"parallel_tool_calls\":false,"
                                + "\"safe_prompt\":true,\"prompt_mode\":\"reasoning\","
                                + "\"metadata\":{\"a\":\"b\"}}");
        assertThat(transport.sent().getFirst().headers().first("authorization"))
                .contains("Bearer not-a-key");
    }

    @Test
    void a_schema_for_the_answer_is_sent_as_openai_words_it() {
        JsonNode body =
                sent(
                        """
                        {"model":"m","messages":[{"role":"user","content":"hi"}],"response_format":
                        {"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object"},
                        "strict":true}}}
                        """,
                        ModelTraits.UNKNOWN);

        assertThat(Json.text(body.path("response_format")))
                .isEqualTo(
                        "{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"n\","
                                + "\"schema\":{\"type\":\"object\"},\"strict\":true}}");
    }

    @ParameterizedTest
    @CsvSource({"none,none", "minimal,high", "low,high", "medium,high", "xhigh,high"})
    void a_model_that_reasons_is_told_none_or_high(String asked, String told) {
        JsonNode body =
                sent(
                        """
                        {"model":"m","reasoning_effort":"%s","messages":[]}
                        """
                                .formatted(asked)
                                .replace("[]", "[{\"role\":\"user\",\"content\":\"hi\"}]"),
                        REASONS);

        assertThat(body.path("reasoning_effort").asString()).isEqualTo(told);
    }

    @Test
    void ids_of_tool_calls_become_nine_letters_and_digits_and_still_match() {
        String history =
                """
                {"model":"m","messages":[{"role":"user","content":"hi"},
                {"role":"assistant","content":null,"tool_calls":[
                {"id":"call_0fypS1hVX","type":"function","function":{"name":"f","arguments":"{}"}},
                {"id":"a1B2c3D4e","type":"function","function":{"name":"f","arguments":"{}"}},
                {"id":"short","type":"function","function":{"name":"f","arguments":"{}"}}]},
                {"role":"tool","tool_call_id":"call_0fypS1hVX","content":"1"},
                {"role":"tool","tool_call_id":"a1B2c3D4e","content":"2"},
                {"role":"tool","tool_call_id":"short","content":"3"}]}
                """;

        JsonNode messages = sent(history, ModelTraits.UNKNOWN).path("messages");

        List<String> called =
                messages.path(1).path("tool_calls").values().stream()
                        .map(call -> call.path("id").asString())
                        .toList();
        List<String> answered =
                List.of(2, 3, 4).stream()
                        .map(at -> messages.path(at).path("tool_call_id").asString())
                        .toList();
        assertThat(called).isEqualTo(answered).doesNotHaveDuplicates();
        assertThat(called).allMatch(id -> id.matches("[A-Za-z0-9]{9}")).contains("a1B2c3D4e");
    }

    private static final String THOUGHT =
            """
            {"model":"m","messages":[{"role":"user","content":"2+2?"},
            {"role":"assistant","content":"Four.","reasoning_content":"two and two"},
            {"role":"user","content":"sure?"}]}
            """;

    @Test
    void earlier_reasoning_goes_back_as_the_chunks_it_came_in() {
        JsonNode said = sent(THOUGHT, REASONS).path("messages").path(1);

        assertThat(Json.text(said))
                .isEqualTo(
                        "{\"role\":\"assistant\",\"content\":[{\"type\":\"thinking\",\"thinking\":"
                                + "[{\"type\":\"text\",\"text\":\"two and two\"}]},"
                                + "{\"type\":\"text\",\"text\":\"Four.\"}]}");
    }

    @Test
    void a_model_that_may_not_reason_is_spared_earlier_reasoning() {
        JsonNode said = sent(THOUGHT, ModelTraits.UNKNOWN).path("messages").path(1);

        assertThat(Json.text(said)).isEqualTo("{\"role\":\"assistant\",\"content\":\"Four.\"}");
    }

    @Test
    void a_last_message_of_the_assistant_is_marked_to_be_continued() {
        JsonNode messages =
                sent(
                                """
                                {"model":"m","messages":[{"role":"user","content":"hi"},
                                {"role":"assistant","content":"Well,"}]}
                                """,
                                ModelTraits.UNKNOWN)
                        .path("messages");

        assertThat(messages.path(1).path("prefix").asBoolean()).isTrue();
    }

    @Test
    void chunks_of_thinking_in_an_answer_are_told_as_reasoning() {
        Outcome<LlmReply> outcome =
                send(
                        Operation.CHAT,
                        "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"2+2?\"}]}",
                        REASONS);

        LlmReply reply = ((Outcome.Success<LlmReply>) outcome).value();
        assertThat(reply.content()).isInstanceOf(LlmReply.Content.Told.class);
        assertThat(((LlmReply.Content.Told) reply.content()).events())
                .contains(new ChatEvent.Thinking("two and two"), new ChatEvent.Text("Four."));
        assertThat(reply.usage().total()).isEqualTo(12);
    }

    private static final String STREAMED =
            "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true},"
                    + "\"messages\":[{\"role\":\"user\",\"content\":\"2+2?\"}]}";

    @Test
    void a_stream_tells_its_usage_without_being_asked_which_would_be_refused() {
        transport = PlayedTransport.answering(Played.events(STREAM).split(new Random(3)), time);

        Outcome<LlmReply> outcome = send(Operation.CHAT, STREAMED, REASONS);

        assertThat(body().has("stream_options")).isFalse();
        assertThat(((Outcome.Success<LlmReply>) outcome).value().usage().total()).isEqualTo(12);
        assertThat(told(ChatEvent.Thinking.class)).isEqualTo("two and two");
        assertThat(told(ChatEvent.Text.class)).isEqualTo("Four.");
        assertThat(client.events())
                .contains(new ChatEvent.ToolStart(0, "a1B2c3D4e", "f", Optional.empty()))
                .endsWith(new ChatEvent.Finish(FinishReason.TOOL_CALLS, ""));
    }

    private String told(Class<? extends ChatEvent> kind) {
        var text = new StringBuilder();
        for (ChatEvent event : client.events()) {
            if (kind.isInstance(event)) {
                switch (event) {
                    case ChatEvent.Thinking(String piece) -> text.append(piece);
                    case ChatEvent.Text(String piece) -> text.append(piece);
                    default -> throw new AssertionError(event);
                }
            }
        }
        return text.toString();
    }

    @Test
    void a_stream_that_is_cut_anywhere_is_never_taken_for_a_whole_one() {
        var random = new Random(5);
        int end = STREAM.indexOf("[DONE]");
        for (int round = 0; round < 50; round++) {
            String cut = STREAM.substring(0, random.nextInt(end));
            transport = PlayedTransport.answering(Played.events(cut).split(random), time);

            assertThat(send(Operation.CHAT, STREAMED, ListeningClient.patient(), REASONS))
                    .as("cut at " + cut.length())
                    .isInstanceOf(Outcome.Failure.class);
        }
    }

    @Test
    void embeddings_have_their_dimensions_under_another_name() {
        transport =
                PlayedTransport.answering(
                        Played.json(
                                200,
                                "{\"id\":\"e\",\"object\":\"list\",\"model\":\"mistral-embed\",\"data\":"
                                        + "[{\"object\":\"embedding\",\"index\":0,\"embedding\":[0.5,1]}],"
                                        + "\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":0,"
                                        + "\"total_tokens\":3}}"),
                        time);

        Outcome<LlmReply> outcome =
                send(
                        Operation.EMBEDDINGS,
                        "{\"model\":\"m\",\"input\":\"tea\",\"dimensions\":2,\"user\":\"u\","
                                + "\"encoding_format\":\"base64\"}",
                        ModelTraits.UNKNOWN);

        assertThat(Json.text(body()))
                .isEqualTo(
                        "{\"model\":\"real\",\"input\":\"tea\",\"output_dimension\":2,"
                                + "\"encoding_format\":\"float\"}");
        assertThat(((Outcome.Success<LlmReply>) outcome).value().usage().total()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    400 | {"object":"error","message":"Invalid model: x","type":"invalid_model","param":null,"code":"1500"} | SUBJECT_UNKNOWN
                    400 | {"object":"error","message":"Prompt is too large for model with a maximum context length of many","type":"invalid_request_error","code":null} | TOO_LARGE
                    400 | {"object":"error","message":"Tool call id was x","type":"invalid_function_call","code":"3280"} | INVALID_REQUEST
                    401 | {"detail":"Unauthorized"} | KEY_REJECTED
                    403 | {"object":"error","message":"no","type":"authorization_error"} | INVALID_REQUEST
                    422 | {"object":"error","message":{"detail":[{"type":"extra_forbidden","loc":["body","x"],"msg":"Extra inputs"}]},"type":"invalid_request_error"} | INVALID_REQUEST
                    422 | {"detail":[{"type":"extra_forbidden","loc":["body","x"],"msg":"Extra inputs"}]} | INVALID_REQUEST
                    429 | {"object":"error","message":"Rate limit exceeded","type":"rate_limited","param":null,"code":"1300","raw_status_code":429} | RATE_LIMITED
                    429 | {"object":"error","message":"Service tier capacity exceeded for this model.","type":"invalid_request_error","code":null} | OVERLOADED
                    500 | {"object":"error","message":"m","type":"server_error"} | SERVER_ERROR
                    503 | {"object":"error","message":"m","type":"server_error"} | OVERLOADED
                    """)
    void errors_mean_what_mistral_says(int status, String body, Cause cause) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);

        ErrorReply reply = ErrorReply.read(status, bytes, 0, bytes.length);

        assertThat(MistralProvider.ERRORS.fault(reply, Duration.ZERO, "").cause()).isEqualTo(cause);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    {"object":"error","message":{"detail":[{"loc":["body","x"],"msg":"Extra inputs"}]},"type":"t"} | Extra inputs
                    {"object":"error","message":[{"loc":["body","x"],"msg":"Extra inputs"}],"type":"t"} | Extra inputs
                    {"object":"error","message":"flat","type":"t"} | flat
                    """)
    void the_words_of_an_error_are_found_wherever_they_stand(String body, String words) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);

        ErrorReply reply = ErrorReply.read(422, bytes, 0, bytes.length);

        assertThat(reply.message()).isEqualTo(words);
        assertThat(reply.type()).isEqualTo("t");
    }

    @Test
    void what_is_left_of_the_minute_is_read() {
        Headers headers =
                Headers.of("x-ratelimit-limit-req-minute", "720")
                        .with("x-ratelimit-remaining-req-minute", "717")
                        .with("x-ratelimit-remaining-tokens-minute", "4999911");

        Quota quota = MistralProvider.QUOTAS.quota(headers, time);

        assertThat(quota).isEqualTo(new Quota(717, Duration.ZERO, 4_999_911, Duration.ZERO));
    }

    @Test
    void models_are_listed_as_by_openai() {
        transport =
                PlayedTransport.answering(
                        Played.json(
                                200,
                                "{\"object\":\"list\",\"data\":[{\"id\":\"a\",\"object\":\"model\","
                                        + "\"capabilities\":{\"vision\":true}},{\"id\":\"b\"}]}"),
                        time);
        var models =
                new LlmModels(
                        new LlmAccount(
                                TestCalls.UPSTREAM,
                                provider(ModelTraits.UNKNOWN),
                                Optional.of(Secret.of("not-a-key")),
                                transport),
                        Timeouts.DEFAULT,
                        time);

        Outcome<List<String>> listed = models.list(Deadline.in(Duration.ofSeconds(9), time));

        assertThat(listed).isInstanceOf(Outcome.Success.class);
        assertThat(((Outcome.Success<List<String>>) listed).value()).containsExactly("a", "b");
        assertThat(transport.sent().getFirst().path()).isEqualTo("/models");
    }
}
