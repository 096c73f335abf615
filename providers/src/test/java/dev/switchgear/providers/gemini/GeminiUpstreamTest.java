package dev.switchgear.providers.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Dispatch;
import dev.switchgear.core.call.Fault;
import dev.switchgear.core.call.Recovery;
import dev.switchgear.core.call.Scope;
import dev.switchgear.core.call.Timeouts;
import dev.switchgear.core.call.Upstream;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.time.Threads;
import dev.switchgear.core.time.Time;
import dev.switchgear.core.vault.Secret;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.tokens.TokenUsage;
import dev.switchgear.providers.ListeningClient;
import dev.switchgear.providers.Played;
import dev.switchgear.providers.PlayedTransport;
import dev.switchgear.providers.ProviderContract;
import dev.switchgear.providers.TestCalls;
import dev.switchgear.providers.fault.ErrorReply;
import dev.switchgear.providers.llm.LlmAccount;
import dev.switchgear.providers.llm.LlmUpstream;
import dev.switchgear.wire.Endpoint;
import dev.switchgear.wire.Headers;
import dev.switchgear.wire.OutgoingRequest;
import dev.switchgear.wire.Transport;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class GeminiUpstreamTest extends ProviderContract {
    private static final String UNAVAILABLE =
            """
            {
              "error": {
                "code": 503,
                "message": "The model is overloaded.",
                "status": "UNAVAILABLE"
              }
            }
            """;

    @Override
    protected Upstream<LlmRequest, LlmReply> upstream(
            Transport transport, Timeouts timeouts, Time clock) {
        return new LlmUpstream(
                new LlmAccount(
                        new UpstreamId("gemini", "main"),
                        GeminiProvider.google(TestCalls.at(Endpoint.parse(GeminiProvider.BASE))),
                        Optional.of(Secret.of(SECRET)),
                        transport),
                timeouts,
                clock,
                Threads.virtual());
    }

    @Override
    protected Dialect dialect() {
        return Dialect.GEMINI;
    }

    @Override
    protected Dispatch<LlmRequest> plain() {
        return dispatch(Operation.CHAT, request(false), false, ListeningClient.patient());
    }

    @Override
    protected Dispatch<LlmRequest> streamed(ListeningClient client) {
        return dispatch(Operation.CHAT, request(true), true, client);
    }

    private Dispatch<LlmRequest> dispatch(
            Operation operation, String body, boolean streamed, ListeningClient client) {
        return GeminiCalls.dispatch(
                operation, utf8(body), streamed, true, "provider-model", client, time);
    }

    @Override
    protected String request(boolean streamed) {
        return "{ \"x_unknown\": [1, {\"a\":null}], \"contents\":[{\"role\":\"model\",\"parts\":"
                + "[{\"text\":\"Say \\\"model\\\": ü\"}]}]}";
    }

    @Override
    protected String answer() {
        return """
        {"candidates": [{"content": {"parts": [{"text": "Grüße"}],"role": "model"},"finishReason": "STOP",\
        "index": 0}],"usageMetadata": {"promptTokenCount": 398,"candidatesTokenCount": 7,\
        "totalTokenCount": 408,"cachedContentTokenCount": 128,"thoughtsTokenCount": 3},\
        "modelVersion": "gemini-2.5-flash","responseId": "VL-F"}\
        """;
    }

    @Override
    protected TokenUsage answerUsage() {
        return new TokenUsage(270, 128, 0, 0, 0, 0, 7, 3, 0, 0, false);
    }

    @Override
    protected List<String> stream() {
        return List.of(
                event("{\"text\": \"Grü\"}", "", 1),
                event("{\"text\": \"ße\"}", "", 2),
                event("{\"text\": \"\",\"thoughtSignature\": \"b3du\"}", "STOP", 3));
    }

    private static String event(String part, String finish, int tokens) {
        return "data: {\"candidates\": [{\"content\": {\"parts\": ["
                + part
                + "],\"role\": \"model\"},"
                + (finish.isEmpty() ? "" : "\"finishReason\": \"" + finish + "\",")
                + "\"index\": 0}],\"usageMetadata\": {\"promptTokenCount\": 7,\"candidatesTokenCount\": "
                + tokens
                + ",\"totalTokenCount\": 9},\"modelVersion\": \"gemini-2.5-flash\"}\r\n\r\n";
    }

    @Override
    protected int firstToken() {
        return 0;
    }

    @Override
    protected TokenUsage streamUsage() {
        return TokenUsage.of(7, 3);
    }

    @Override
    protected String errorEvent() {
        return "data: " + UNAVAILABLE.replaceAll("\\s*\\n\\s*", "") + "\r\n\r\n";
    }

    @Override
    protected String ping() {
        return ": still here\r\n\r\n";
    }

    @Override
    protected Map<Cause, Played> errors() {
        return Map.of(
                Cause.KEY_REJECTED,
                error(400, "INVALID_ARGUMENT", "{\"reason\":\"API_KEY_INVALID\"}"),
                Cause.SUBJECT_UNKNOWN,
                Played.json(
                        404,
                        json(404, "NOT_FOUND", "models/x is not found for API version v1beta", "")),
                Cause.RATE_LIMITED,
                error(429, "RESOURCE_EXHAUSTED", "{\"retryDelay\":\"48s\"}"),
                Cause.ACCOUNT_EXHAUSTED,
                error(
                        429,
                        "RESOURCE_EXHAUSTED",
                        "{\"violations\":[{\"quotaId\":\"GenerateRequestsPerDayPerProjectPerModel-FreeTier\"}]}"),
                Cause.SERVER_ERROR,
                error(500, "INTERNAL", ""),
                Cause.OVERLOADED,
                error(503, "UNAVAILABLE", ""),
                Cause.FORBIDDEN,
                error(403, "PERMISSION_DENIED", "{\"reason\":\"SERVICE_DISABLED\"}"),
                Cause.INVALID_REQUEST,
                error(400, "INVALID_ARGUMENT", ""));
    }

    private static Played error(int status, String name, String detail) {
        return Played.json(status, json(status, name, "No.", detail));
    }

    private static String json(int status, String name, String message, String detail) {
        return "{\"error\":{\"code\":"
                + status
                + ",\"message\":\""
                + message
                + "\",\"status\":\""
                + name
                + "\",\"details\":["
                + detail
                + "]}}";
    }

    @Test
    void the_key_goes_in_googles_header_and_the_model_into_the_path() {
        var transport = PlayedTransport.answering(Played.json(200, answer()), time);

        success(upstream(transport, TIMEOUTS, time).send(plain()));

        OutgoingRequest sent = transport.sent().getFirst();
        assertThat(sent.headers().first("x-goog-api-key")).contains(SECRET);
        assertThat(sent.headers().first("authorization")).isEmpty();
        assertThat(sent.path()).isEqualTo("/models/provider-model:generateContent");
    }

    @Test
    void a_model_that_is_repeated_in_the_body_is_the_one_in_the_path() {
        var transport = PlayedTransport.answering(Played.json(200, "{\"totalTokens\":3}"), time);
        String body =
                "{\"generateContentRequest\":{\"model\":\"models/client-model\",\"contents\":"
                        + "[{\"role\":\"model\",\"parts\":[{\"text\":\"x\"}]}]}}";

        success(
                upstream(transport, TIMEOUTS, time)
                        .send(
                                dispatch(
                                        Operation.COUNT_TOKENS,
                                        body,
                                        false,
                                        ListeningClient.patient())));

        OutgoingRequest sent = transport.sent().getFirst();
        assertThat(sent.path()).isEqualTo("/models/provider-model:countTokens");
        assertThat(new String(sent.body(), StandardCharsets.UTF_8))
                .isEqualTo(body.replace("client-model", "provider-model"));
    }

    @Test
    void one_embedding_passes_by_its_own_path() {
        var transport =
                PlayedTransport.answering(
                        Played.json(200, "{\"embedding\":{\"values\":[1]}}"), time);
        String body = "{\"content\":{\"parts\":[{\"text\":\"x\"}]}}";

        success(
                upstream(transport, TIMEOUTS, time)
                        .send(
                                dispatch(
                                        Operation.EMBEDDINGS,
                                        body,
                                        false,
                                        ListeningClient.patient())));

        assertThat(transport.sent().getFirst().path())
                .isEqualTo("/models/provider-model:embedContent");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "\r\n\r\n"})
    void an_error_without_framing_is_read_as_one(String behind) {
        for (String error : List.of(UNAVAILABLE, "[" + UNAVAILABLE + "]")) {
            ListeningClient client = client();
            String events = String.join("", stream().subList(0, 2)) + error + behind;

            var failure =
                    failure(
                            upstream(
                                            PlayedTransport.answering(Played.events(events), time),
                                            TIMEOUTS,
                                            time)
                                    .send(streamed(client)));

            assertThat(failure.fault().cause()).isEqualTo(Cause.OVERLOADED);
            assertThat(failure.fault().mayHaveActed()).isTrue();
            assertThat(client.text()).isEqualTo(String.join("", stream().subList(0, 2)));
        }
    }

    @Test
    void a_blocked_prompt_is_an_answer_though_nothing_is_said() {
        String blocked = "{\"promptFeedback\":{\"blockReason\":\"SAFETY\"}}";
        ListeningClient client = client();

        var plain =
                success(
                        upstream(
                                        PlayedTransport.answering(Played.json(200, blocked), time),
                                        TIMEOUTS,
                                        time)
                                .send(plain()));
        success(
                upstream(
                                PlayedTransport.answering(
                                        Played.events("data: " + blocked + "\r\n\r\n"), time),
                                TIMEOUTS,
                                time)
                        .send(streamed(client)));

        assertThat(plain.value().finish()).isEqualTo("content_filter");
        assertThat(client.text()).contains("SAFETY");
    }

    @Test
    void how_a_model_failed_passes_to_clients_of_google_as_it_came() {
        String broken =
                "{\"candidates\":[{\"content\":{},\"finishReason\":\"MALFORMED_FUNCTION_CALL\"}]}";

        var success =
                success(
                        upstream(
                                        PlayedTransport.answering(Played.json(200, broken), time),
                                        TIMEOUTS,
                                        time)
                                .send(plain()));

        assertThat(success.value().content())
                .isInstanceOfSatisfying(
                        LlmReply.Content.Passed.class,
                        passed ->
                                assertThat(new String(passed.body(), StandardCharsets.UTF_8))
                                        .isEqualTo(broken));
    }

    @Test
    void other_clients_are_told_what_happens_in_the_stream() {
        ListeningClient client = client();

        success(
                upstream(
                                PlayedTransport.answering(
                                        Played.events(String.join("", stream())), time),
                                TIMEOUTS,
                                time)
                        .send(
                                GeminiCalls.dispatch(
                                        Operation.CHAT,
                                        utf8("{\"contents\":[{\"parts\":[{\"text\":\"hi\"}]}]}"),
                                        true,
                                        false,
                                        "provider-model",
                                        client,
                                        time)));

        assertThat(client.events())
                .filteredOn(ChatEvent.Text.class::isInstance)
                .containsExactly(new ChatEvent.Text("Grü"), new ChatEvent.Text("ße"));
        assertThat(client.events().getLast()).isInstanceOf(ChatEvent.Finish.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400|API key not valid. Please pass a valid API key.||KEY_REJECTED|KEY|FAIL_OVER|0",
                "403|Your API key was reported as leaked.||KEY_REJECTED|KEY|FAIL_OVER|0",
                "400|The input token count (1200000) exceeds the maximum number of tokens allowed||TOO_LARGE|REQUEST|MORE_ROOM|0",
                "400|User location is not supported for the API use.||FORBIDDEN|PROVIDER|FAIL_OVER|0",
                "402|prepaid credit is used up||ACCOUNT_EXHAUSTED|ACCOUNT|FAIL_OVER|0",
                "429|Please retry in 48.9s.||RATE_LIMITED|SUBJECT|FAIL_OVER|48900",
                "429|m|{\"retryDelay\":\"7s\"}|RATE_LIMITED|SUBJECT|FAIL_OVER|7000",
                "429|m|{\"violations\":[{\"quotaValue\":\"0\"}]}|ACCOUNT_EXHAUSTED|SUBJECT|FAIL_OVER|0",
                "429|Your prepayment credits are depleted.||ACCOUNT_EXHAUSTED|ACCOUNT|FAIL_OVER|0",
                "499|m||SERVER_ERROR|PROVIDER|RETRY|0",
                "503|m||OVERLOADED|PROVIDER|RETRY|0",
                "504|m||SERVER_ERROR|PROVIDER|RETRY|0"
            })
    void each_error_means_what_the_reference_says(
            int status,
            String message,
            @Nullable String detail,
            Cause cause,
            Scope scope,
            Recovery recovery,
            long pauseMillis) {
        String body = json(status, "X", message, detail == null ? "" : detail);
        byte[] bytes = utf8(body);
        ErrorReply reply = ErrorReply.read(status, bytes, 0, bytes.length);

        Duration pause = GeminiProvider.QUOTAS.pause(Headers.NONE, reply, bytes, time);
        Fault fault = GeminiProvider.ERRORS.fault(reply, pause, "");

        assertThat(fault.cause()).isEqualTo(cause);
        assertThat(fault.scope()).isEqualTo(scope);
        assertThat(fault.recovery()).isEqualTo(recovery);
        assertThat(fault.retryAfter()).isEqualTo(Duration.ofMillis(pauseMillis));
    }
}
