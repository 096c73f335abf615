package dev.switchgear.providers.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.call.Call;
import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Dispatch;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.Quota;
import dev.switchgear.core.call.Rank;
import dev.switchgear.core.call.Recovery;
import dev.switchgear.core.call.Timeouts;
import dev.switchgear.core.call.Upstream;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.time.Threads;
import dev.switchgear.core.time.Time;
import dev.switchgear.core.vault.Secret;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.families.llm.model.ModelTraits;
import dev.switchgear.families.llm.tokens.TokenUsage;
import dev.switchgear.providers.ListeningClient;
import dev.switchgear.providers.Played;
import dev.switchgear.providers.Played.Step;
import dev.switchgear.providers.PlayedTransport;
import dev.switchgear.providers.ProviderContract;
import dev.switchgear.providers.TestCalls;
import dev.switchgear.providers.llm.LlmAccount;
import dev.switchgear.providers.llm.LlmPlace;
import dev.switchgear.providers.llm.LlmProvider;
import dev.switchgear.providers.llm.LlmQuirks;
import dev.switchgear.providers.llm.LlmUpstream;
import dev.switchgear.wire.Endpoint;
import dev.switchgear.wire.Headers;
import dev.switchgear.wire.OutgoingRequest;
import dev.switchgear.wire.Transport;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class OpenAiUpstreamTest extends ProviderContract {
    private static final Endpoint ENDPOINT =
            new Endpoint(Endpoint.Scheme.HTTPS, "api.openai.com", 443, "/v1");

    private static final LlmProvider OPENAI =
            OpenAiProvider.openAi(TestCalls.at(ENDPOINT), LlmQuirks.NONE);

    /// Of a server that refuses `stream_options`.
    private static final LlmQuirks WITHOUT_USAGE =
            new LlmQuirks(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of(false),
                    Optional.empty());

    private static LlmProvider compatible(Headers headers) {
        return OpenAiProvider.compatible(
                new LlmPlace(ENDPOINT, headers, _ -> ModelTraits.UNKNOWN), WITHOUT_USAGE);
    }

    @Override
    protected Upstream<LlmRequest, LlmReply> upstream(
            Transport transport, Timeouts timeouts, Time clock) {
        return upstream(OPENAI, transport, timeouts, clock);
    }

    private static Upstream<LlmRequest, LlmReply> upstream(
            LlmProvider provider, Transport transport, Timeouts timeouts, Time clock) {
        return new LlmUpstream(
                new LlmAccount(
                        new UpstreamId("openai", "main"),
                        provider,
                        Optional.of(Secret.of(SECRET)),
                        transport),
                timeouts,
                clock,
                Threads.virtual());
    }

    @Override
    protected String request(boolean streamed) {
        return "{ \"x_unknown\": [1, {\"a\":null}], \"model\" : \"client-model\",\n\"stream\":"
                + streamed
                + (streamed ? ",\"stream_options\":{\"include_usage\":true}" : "")
                + ",\"messages\":[{\"role\":\"user\",\"content\":\"Say \\\"model\\\": ü\"}]}";
    }

    @Override
    protected String answer() {
        return resource("completion.json");
    }

    @Override
    protected TokenUsage answerUsage() {
        return new TokenUsage(270, 128, 0, 0, 0, 0, 7, 3, 0, 0, false);
    }

    @Override
    protected List<String> stream() {
        return Arrays.stream(resource("stream.sse").split("(?<=\n\n)")).toList();
    }

    @Override
    protected int firstToken() {
        return 1;
    }

    @Override
    protected TokenUsage streamUsage() {
        return new TokenUsage(8, 4, 0, 0, 0, 0, 3, 2, 0, 0, false);
    }

    @Override
    protected String errorEvent() {
        return "data: {\"error\":{\"message\":\"The server had an error\",\"type\":\"server_error\","
                + "\"param\":null,\"code\":null}}\n\n";
    }

    @Override
    protected String ping() {
        return ": ping\n\n";
    }

    @Override
    protected Map<Cause, Played> errors() {
        return Map.of(
                Cause.KEY_REJECTED,
                error(401, "invalid_request_error", "invalid_api_key"),
                Cause.SUBJECT_UNKNOWN,
                error(404, "invalid_request_error", "model_not_found"),
                Cause.RATE_LIMITED,
                error(429, "requests", "rate_limit_exceeded"),
                Cause.ACCOUNT_EXHAUSTED,
                error(429, "insufficient_quota", "insufficient_quota"),
                Cause.SERVER_ERROR,
                error(500, "server_error", ""),
                Cause.OVERLOADED,
                error(503, "service_unavailable_error", "server_is_overloaded"),
                Cause.TOO_LARGE,
                error(400, "invalid_request_error", "context_length_exceeded"),
                Cause.POLICY_REFUSED,
                error(400, "invalid_request_error", "content_policy_violation"),
                Cause.INVALID_REQUEST,
                error(400, "invalid_request_error", "unsupported_value"));
    }

    private static Played error(int status, String type, String code) {
        return Played.json(
                status,
                "{\"error\":{\"message\":\"No.\",\"type\":\""
                        + type
                        + "\",\"param\":null,\"code\":"
                        + (code.isEmpty() ? "null" : "\"" + code + "\"")
                        + "}}");
    }

    @Test
    void the_request_goes_to_the_operations_path_with_the_key_as_bearer() {
        var transport = PlayedTransport.answering(Played.json(200, answer()), time);

        send(transport, plain());

        OutgoingRequest sent = transport.sent().getFirst();
        assertThat(sent.method() + " " + sent.path()).isEqualTo("POST /chat/completions");
        assertThat(sent.headers().all("authorization")).containsExactly("Bearer " + SECRET);
        assertThat(sent.headers().first("content-type")).contains("application/json");
        assertThat(sent.headers().first("accept")).contains("application/json");
    }

    @Test
    void a_local_server_without_a_key_gets_no_authorization() {
        var transport = PlayedTransport.answering(Played.json(200, answer()), time);
        var upstream =
                new LlmUpstream(
                        new LlmAccount(
                                new UpstreamId("local", "none"),
                                compatible(Headers.of("X-Team", "blue")),
                                Optional.empty(),
                                transport),
                        TIMEOUTS,
                        time,
                        Threads.virtual());

        success(upstream.send(plain()));

        OutgoingRequest sent = transport.sent().getFirst();
        assertThat(sent.headers().first("authorization")).isEmpty();
        assertThat(sent.headers().first("x-team")).contains("blue");
    }

    @Test
    void embeddings_come_back_untouched_with_their_input_tokens() {
        String answer = resource("embeddings.json");
        var transport = PlayedTransport.answering(Played.json(200, answer), time);
        var dispatch =
                TestCalls.first(
                        Operation.EMBEDDINGS,
                        "{\"model\":\"e\",\"input\":\"hello\"}",
                        "text-embedding-3-small",
                        ListeningClient.patient(),
                        time);

        var success = success(send(transport, dispatch));

        assertThat(transport.sent().getFirst().path()).isEqualTo("/embeddings");
        assertThat(bytes(success.value())).isEqualTo(utf8(answer));
        assertThat(success.value().usage()).isEqualTo(TokenUsage.of(8, -1));
        assertThat(success.units()).isEqualTo(8);
    }

    @Test
    void what_is_left_of_the_limits_is_read_from_success_and_failure_alike() {
        for (Played played : List.of(Played.json(200, answer()), error(429, "tokens", "x"))) {
            Played limited =
                    played.header("x-ratelimit-remaining-requests", "9999")
                            .header("x-ratelimit-remaining-tokens", "149984")
                            .header("x-ratelimit-reset-requests", "12ms")
                            .header("x-ratelimit-reset-tokens", "6m0s");

            Quota quota =
                    switch (send(PlayedTransport.answering(limited, time), plain())) {
                        case Outcome.Success<LlmReply> it -> it.quota();
                        case Outcome.Failure<LlmReply> it -> it.quota();
                        case Outcome.Refusal<LlmReply> _ -> Quota.UNKNOWN;
                    };

            assertThat(quota)
                    .isEqualTo(
                            new Quota(9999, Duration.ofMillis(12), 149984, Duration.ofMinutes(6)));
        }
    }

    @Test
    void an_error_in_a_200_is_a_failure_by_its_code() {
        Played played =
                Played.json(
                        200,
                        "{\"error\":{\"message\":\"Provider returned error\",\"code\":429},"
                                + "\"user_id\":\"u\"}");

        var failure = failure(send(PlayedTransport.answering(played, time), plain()));
        var streamed = failure(send(PlayedTransport.answering(played, time), streamed(client())));

        assertThat(failure.fault().cause()).isEqualTo(Cause.RATE_LIMITED);
        assertThat(failure.reply().orElseThrow().status()).isEqualTo(429);
        assertThat(streamed.fault().cause()).isEqualTo(Cause.RATE_LIMITED);
    }

    @Test
    void a_server_that_says_not_to_ask_again_is_not_asked_again() {
        Played played = error(500, "server_error", "").header("x-should-retry", "false");

        var told = failure(send(PlayedTransport.answering(played, time), plain()));
        var silent =
                failure(
                        send(
                                PlayedTransport.answering(error(500, "server_error", ""), time),
                                plain()));

        assertThat(told.fault().recovery()).isEqualTo(Recovery.FAIL_OVER);
        assertThat(silent.fault().recovery()).isEqualTo(Recovery.RETRY);
    }

    @Test
    void what_could_break_a_header_line_is_not_sent_along() {
        var transport = PlayedTransport.answering(Played.json(200, answer()), time);
        var request =
                TestCalls.request(
                        Operation.CHAT,
                        plain().request().body(),
                        ListeningClient.patient(),
                        "00-x\r\nX-Evil: 1");
        var call =
                new Call<>(
                        "id\r\nX-Evil: 1",
                        request,
                        plain().call().deadline(),
                        true,
                        Rank.NORMAL,
                        0);

        success(
                send(
                        transport,
                        new Dispatch<>(call, TestCalls.UPSTREAM, "provider-model", 1, time)));

        assertThat(transport.sent().getFirst().headers().first("x-request-id")).isEmpty();
        assertThat(transport.sent().getFirst().headers().first("traceparent")).isEmpty();
    }

    @Test
    void json_without_choices_is_no_answer() {
        for (String body : List.of("{}", "{\"choices\":[]}", "{\"choices\":null}", "[]", "null")) {
            Played played = Played.json(200, body);

            var failure = failure(send(PlayedTransport.answering(played, time), plain()));

            assertThat(failure.fault().cause()).as(body).isEqualTo(Cause.MALFORMED);
        }
    }

    @Test
    void a_tool_call_is_a_first_token() {
        ListeningClient client = client();
        String stream = resource("tools.sse");
        int first = stream.indexOf("\n\n") + 2;
        Played played =
                Played.events(stream.substring(0, first))
                        .then(new Step.Silence(Duration.ofSeconds(11)));

        var cut = failure(send(PlayedTransport.answering(played, time), streamed(client)));

        assertThat(cut.fault().cause()).isEqualTo(Cause.IDLE_TIMEOUT);
        assertThat(client.text()).isEqualTo(stream.substring(0, first));

        ListeningClient other = client();
        var whole =
                success(
                        send(
                                PlayedTransport.answering(Played.events(stream), time),
                                streamed(other)));
        assertThat(whole.value().finish()).isEqualTo("tool_calls");
        assertThat(whole.value().usage().estimated())
                .as("what the server does not tell is reckoned, and marked")
                .isTrue();
        assertThat(whole.units()).isEqualTo(whole.value().usage().total());
        assertThat(other.text()).isEqualTo(stream);
    }

    @Test
    void usage_that_only_we_asked_for_is_counted_and_kept_from_the_client() {
        ListeningClient client = client();
        String asked = "{\"model\":\"m\",\"stream\":true,\"messages\":[]}";
        var transport = PlayedTransport.answering(Played.events(String.join("", stream())), time);

        var success =
                success(
                        send(
                                transport,
                                TestCalls.first(
                                        Operation.CHAT, asked, "provider-model", client, time)));

        assertThat(new String(transport.sent().getFirst().body(), StandardCharsets.UTF_8))
                .isEqualTo(
                        "{\"stream_options\":{\"include_usage\":true},\"model\":\"provider-model\","
                                + "\"stream\":true,\"messages\":[]}");
        assertThat(success.value().usage()).isEqualTo(streamUsage());
        List<String> seen = new ArrayList<>(stream());
        seen.removeIf(event -> event.contains("\"choices\":[]"));
        assertThat(seen).hasSize(stream().size() - 1);
        assertThat(client.text()).isEqualTo(String.join("", seen));
    }

    @Test
    void a_compatible_server_may_leave_done_out_and_the_client_still_gets_it() {
        ListeningClient client = client();
        String stream = resource("local.sse").replace("\n", "\r\n");
        var transport = PlayedTransport.answering(Played.events(stream), time);

        var success =
                success(
                        upstream(compatible(Headers.NONE), transport, TIMEOUTS, time)
                                .send(streamed(client)));

        assertThat(client.text()).isEqualTo(stream + "data: [DONE]\n\n");
        assertThat(success.value().finish()).isEqualTo("stop");
        assertThat(success.value().usage()).isEqualTo(TokenUsage.of(7, 3));
        assertThat(success.value().model()).isEqualTo("qwen3");
    }

    @Test
    void a_compatible_stream_without_a_reason_to_finish_is_cut_not_done() {
        String stream = resource("local.sse").replace("\n", "\r\n");
        byte[] bytes = utf8(stream.substring(0, stream.lastIndexOf("data:")));

        for (int length = 0; length <= bytes.length; length++) {
            Played cut = Played.of(200, "text/event-stream", Arrays.copyOf(bytes, length));

            var failure =
                    failure(
                            upstream(
                                            compatible(Headers.NONE),
                                            PlayedTransport.answering(cut, time),
                                            TIMEOUTS,
                                            time)
                                    .send(streamed(client())));

            assertThat(failure.fault().cause()).as("cut at " + length).isEqualTo(Cause.MALFORMED);
        }
    }

    @Test
    void a_stream_that_is_ended_without_a_reason_to_finish_is_no_answer() {
        String chunk =
                "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"half\"},\"finish_reason\":null}]}\n\n";
        String finish =
                "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
        String done = "data: [DONE]\n\n";

        success(
                send(
                        PlayedTransport.answering(Played.events(chunk + finish + done), time),
                        streamed(client())));
        var failure =
                failure(
                        send(
                                PlayedTransport.answering(Played.events(chunk + done), time),
                                streamed(client())));

        assertThat(failure.fault().cause()).isEqualTo(Cause.MALFORMED);
    }

    @Test
    void a_server_that_holds_the_connection_after_done_does_not_hold_the_call() {
        ListeningClient client = client();
        Played holding =
                Played.events(String.join("", stream()))
                        .then(new Step.Silence(Duration.ofMinutes(5)));
        var transport = PlayedTransport.answering(holding, time);

        success(send(transport, streamed(client)));

        assertThat(Duration.ofNanos(time.nanos())).isLessThanOrEqualTo(Duration.ofMillis(50));
        assertThat(transport.readToItsEnd()).isFalse();
        assertThat(transport.atRest()).isTrue();
    }

    @Test
    void every_form_of_error_event_is_one() {
        for (String event :
                List.of(
                        "data: {\"error\":{\"code\":500,\"message\":\"x\",\"type\":\"server_error\"}}\n\n",
                        "error: {\"code\":500,\"message\":\"x\",\"type\":\"server_error\"}\n\n",
                        "event: error\ndata: {\"message\":\"x\",\"type\":\"server_error\"}\n\n",
                        "data: {\"error\" : \"x\"}\r\n\r\n",
                        "data:{\"id\":\"1\",\"choices\":[{\"delta\":{\"content\":\"\"},"
                                + "\"finish_reason\":\"error\"}],\"error\":{\"code\":502}}\n\n")) {
            ListeningClient client = client();
            String begun = String.join("", stream().subList(0, 3));

            var failure =
                    failure(
                            send(
                                    PlayedTransport.answering(Played.events(begun + event), time),
                                    streamed(client)));

            assertThat(failure.fault().cause()).as(event).isEqualTo(Cause.SERVER_ERROR);
            // A field that SDKs pass over would leave their users without an error.
            assertThat(client.text()).isEqualTo(event.startsWith("error:") ? begun : begun + event);
        }
    }

    @Test
    void a_null_error_is_none() {
        String stream =
                String.join("", stream()).replace("\"created\"", "\"error\":null,\"created\"");
        ListeningClient client = client();

        success(send(PlayedTransport.answering(Played.events(stream), time), streamed(client)));

        assertThat(client.text()).isEqualTo(stream);
    }

    private static String resource(String name) {
        try (InputStream in = OpenAiUpstreamTest.class.getResourceAsStream("/openai/" + name)) {
            if (in == null) {
                throw new AssertionError("no such payload: " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
