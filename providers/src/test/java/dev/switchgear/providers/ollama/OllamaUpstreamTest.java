package dev.switchgear.providers.ollama;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.Dispatch;
import dev.switchgear.core.call.Fault;
import dev.switchgear.core.call.Outcome;
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
import dev.switchgear.families.llm.tokens.TokenUsage;
import dev.switchgear.providers.ListeningClient;
import dev.switchgear.providers.Played;
import dev.switchgear.providers.PlayedTransport;
import dev.switchgear.providers.ProviderContract;
import dev.switchgear.providers.TestCalls;
import dev.switchgear.providers.fault.ErrorReply;
import dev.switchgear.providers.llm.LlmAccount;
import dev.switchgear.providers.llm.LlmModels;
import dev.switchgear.providers.llm.LlmProvider;
import dev.switchgear.providers.llm.LlmUpstream;
import dev.switchgear.wire.Endpoint;
import dev.switchgear.wire.OutgoingRequest;
import dev.switchgear.wire.Transport;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OllamaUpstreamTest extends ProviderContract {
    private static final String HEAD =
            "{\"model\":\"llama3\",\"created_at\":\"2024-05-24T20:26:46.294874Z\",\"message\":";

    private static LlmProvider provider() {
        return OllamaProvider.ollama(TestCalls.at(Endpoint.parse(OllamaProvider.BASE)));
    }

    @Override
    protected Upstream<LlmRequest, LlmReply> upstream(
            Transport transport, Timeouts timeouts, Time clock) {
        return new LlmUpstream(
                new LlmAccount(
                        new UpstreamId("ollama", "main"),
                        provider(),
                        Optional.of(Secret.of(SECRET)),
                        transport),
                timeouts,
                clock,
                Threads.virtual());
    }

    @Override
    protected Dialect dialect() {
        return Dialect.OLLAMA;
    }

    @Override
    protected Played events(String body) {
        return Played.of(200, "application/x-ndjson", body);
    }

    @Override
    protected String request(boolean streamed) {
        return "{ \"x_unknown\": [1, {\"a\":null}], \"model\" : \"client-model\","
                + (streamed ? "" : "\"stream\":false,")
                + "\"messages\":[{\"role\":\"user\",\"content\":\"Say \\\"model\\\": ü\"}]}";
    }

    @Override
    protected String answer() {
        return HEAD
                + "{\"role\":\"assistant\",\"content\":\"Grüße\"},\"done_reason\":\"stop\","
                + "\"done\":true,\"total_duration\":10386172208,\"prompt_eval_count\":17,"
                + "\"eval_count\":66}";
    }

    @Override
    protected TokenUsage answerUsage() {
        return TokenUsage.of(17, 66);
    }

    @Override
    protected List<String> stream() {
        return List.of(
                HEAD + "{\"role\":\"assistant\",\"content\":\"Grü\"},\"done\":false}\n",
                HEAD + "{\"role\":\"assistant\",\"content\":\"ße\"},\"done\":false}\n",
                HEAD
                        + "{\"role\":\"assistant\",\"content\":\"\"},\"done_reason\":\"stop\","
                        + "\"done\":true,\"prompt_eval_count\":7,\"eval_count\":3}\n");
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
        return "{\"error\":\"an error was encountered while running the model\"}\n";
    }

    @Override
    protected String ping() {
        return HEAD + "{\"role\":\"assistant\",\"content\":\"\"},\"done\":false}\n";
    }

    @Override
    protected Map<Cause, Played> errors() {
        return Map.of(
                Cause.KEY_REJECTED,
                error(401, "unauthorized"),
                Cause.SUBJECT_UNKNOWN,
                error(404, "model 'x' not found"),
                Cause.RATE_LIMITED,
                error(429, "too many requests"),
                Cause.OVERLOADED,
                error(503, "server busy, please try again.  maximum pending requests exceeded"),
                Cause.SERVER_ERROR,
                error(500, "llama runner process has terminated: signal: killed"),
                Cause.FORBIDDEN,
                error(403, "organization has been blocked"),
                Cause.INVALID_REQUEST,
                error(400, "invalid role"));
    }

    private static Played error(int status, String words) {
        return Played.json(status, "{\"error\":\"" + words + "\"}");
    }

    private Dispatch<LlmRequest> generate(
            Operation operation, String body, ListeningClient client) {
        return new Dispatch<>(
                TestCalls.call(Dialect.OLLAMA_GENERATE, operation, utf8(body), client, time),
                TestCalls.UPSTREAM,
                "provider-model",
                1,
                time);
    }

    @Test
    void a_prompt_passes_to_its_own_path() {
        String stream =
                "{\"model\":\"m\",\"response\":\"a\",\"done\":false}\n"
                        + "{\"model\":\"m\",\"response\":\"\",\"done\":true,\"context\":[1],"
                        + "\"eval_count\":2}\n";
        ListeningClient client = client();
        var transport = PlayedTransport.answering(events(stream), time);

        var success =
                success(
                        send(
                                transport,
                                generate(
                                        Operation.CHAT,
                                        "{\"model\":\"client-model\",\"prompt\":\"a\",\"suffix\":\"b\"}",
                                        client)));

        OutgoingRequest sent = transport.sent().getFirst();
        assertThat(sent.path()).isEqualTo("/api/generate");
        assertThat(sent.headers().first("authorization")).contains("Bearer " + SECRET);
        assertThat(sent.headers().first("accept")).contains("application/x-ndjson");
        assertThat(new String(sent.body(), StandardCharsets.UTF_8))
                .isEqualTo("{\"model\":\"provider-model\",\"prompt\":\"a\",\"suffix\":\"b\"}");
        assertThat(client.text()).isEqualTo(stream);
        assertThat(success.value().usage()).isEqualTo(TokenUsage.estimate(1, 2));
    }

    @Test
    void the_old_embedding_passes_to_its_own_path() {
        var transport = PlayedTransport.answering(Played.json(200, "{\"embedding\":[1]}"), time);

        success(
                send(
                        transport,
                        generate(
                                Operation.EMBEDDINGS,
                                "{\"model\":\"client-model\",\"prompt\":\"a\"}",
                                client())));

        assertThat(transport.sent().getFirst().path()).isEqualTo("/api/embeddings");
    }

    @Test
    void loading_a_model_is_an_answer_without_words() {
        String loaded =
                "{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"\"},"
                        + "\"done_reason\":\"load\",\"done\":true}";

        var success =
                success(send(PlayedTransport.answering(Played.json(200, loaded), time), plain()));

        assertThat(bytes(success.value())).isEqualTo(utf8(loaded));
    }

    @Test
    void models_are_listed_by_their_names_without_a_credential() {
        var transport =
                PlayedTransport.answering(
                        Played.json(
                                200,
                                "{\"models\":[{\"name\":\"llama3:latest\",\"details\":{\"name\":1}},"
                                        + "{\"name\":\"qwen3:8b\"}]}"),
                        time);
        var models =
                new LlmModels(
                        new LlmAccount(
                                new UpstreamId("ollama", "main"),
                                provider(),
                                Optional.empty(),
                                transport),
                        TIMEOUTS,
                        time);

        Outcome<List<String>> outcome = models.list(Deadline.in(Duration.ofMinutes(1), time));

        assertThat(outcome).isInstanceOf(Outcome.Success.class);
        assertThat(((Outcome.Success<List<String>>) outcome).value())
                .containsExactly("llama3:latest", "qwen3:8b");
        assertThat(transport.sent().getFirst().path()).isEqualTo("/api/tags");
        assertThat(transport.sent().getFirst().headers().first("authorization")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0|model 'x' not found|SUBJECT_UNKNOWN|SUBJECT|FAIL_OVER",
                "400|registry.ollama.ai/library/x does not support tools|INVALID_REQUEST|REQUEST|FAIL_OVER",
                "400|the input length exceeds the context length|TOO_LARGE|REQUEST|MORE_ROOM",
                "400|invalid role|INVALID_REQUEST|REQUEST|RETURN",
                "402|insufficient credits|ACCOUNT_EXHAUSTED|ACCOUNT|FAIL_OVER",
                "429|you have reached your hourly usage limit|ACCOUNT_EXHAUSTED|ACCOUNT|FAIL_OVER",
                "429|too many requests|RATE_LIMITED|SUBJECT|FAIL_OVER",
                "500|model requires more system memory (9 GiB) than is available|SERVER_ERROR|SUBJECT|FAIL_OVER",
                "502|upstream error|SERVER_ERROR|PROVIDER|RETRY",
                "0|server busy, please try again|OVERLOADED|PROVIDER|RETRY",
                "0|an error was encountered while running the model|SERVER_ERROR|PROVIDER|RETRY"
            })
    void each_error_means_what_its_words_say(
            int status, String words, Cause cause, Scope scope, Recovery recovery) {
        byte[] body = utf8("{\"error\":\"" + words + "\"}");

        Fault fault =
                OllamaProvider.ERRORS.fault(
                        ErrorReply.read(status, body, 0, body.length), Duration.ZERO, "");

        assertThat(fault.cause()).isEqualTo(cause);
        assertThat(fault.scope()).isEqualTo(scope);
        assertThat(fault.recovery()).isEqualTo(recovery);
    }
}
