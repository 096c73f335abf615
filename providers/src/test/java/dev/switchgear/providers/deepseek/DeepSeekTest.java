package dev.switchgear.providers.deepseek;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.Timeouts;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.time.ManualTime;
import dev.switchgear.core.time.Threads;
import dev.switchgear.core.vault.Secret;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.providers.ListeningClient;
import dev.switchgear.providers.Played;
import dev.switchgear.providers.PlayedTransport;
import dev.switchgear.providers.ProviderContract;
import dev.switchgear.providers.TestCalls;
import dev.switchgear.providers.fault.ErrorReply;
import dev.switchgear.providers.llm.LlmAccount;
import dev.switchgear.providers.llm.LlmUpstream;
import dev.switchgear.wire.Endpoint;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// DeepSeek's differences against deepseek.md (sections 2 to 4).
final class DeepSeekTest {
    private static final String ANSWER =
            "{\"id\":\"1\",\"model\":\"deepseek-v4-flash\",\"choices\":[{\"index\":0,\"message\":"
                    + "{\"content\":\"Hi\"},\"finish_reason\":\"stop\"}]}";

    private final ManualTime time = new ManualTime();

    private PlayedTransport transport = PlayedTransport.answering(Played.json(200, ANSWER), time);

    private Outcome<LlmReply> send(String request, ListeningClient client) {
        return new LlmUpstream(
                        new LlmAccount(
                                new UpstreamId("deepseek", "main"),
                                DeepSeekProvider.deepSeek(
                                        TestCalls.at(Endpoint.parse(DeepSeekProvider.BASE))),
                                Optional.of(Secret.of("not-a-key")),
                                transport),
                        Timeouts.DEFAULT,
                        time,
                        Threads.virtual())
                .send(TestCalls.first(Operation.CHAT, request, "m", client, time));
    }

    private String sent(String request) {
        assertThat(send(request, ListeningClient.patient())).isInstanceOf(Outcome.Success.class);
        return new String(transport.sent().getFirst().body(), StandardCharsets.UTF_8);
    }

    @Test
    void words_that_deepseek_does_not_know_are_replaced() {
        assertThat(
                        sent(
                                "{\"model\":\"m\",\"messages\":[{\"role\":\"developer\",\"content\":\"x\"}],"
                                        + "\"max_completion_tokens\":7,\"reasoning_effort\":\"none\","
                                        + "\"x\":1.10}"))
                .isEqualTo(
                        "{\"model\":\"m\",\"messages\":[{\"role\":\"system\",\"content\":\"x\"}],"
                                + "\"max_tokens\":7,\"x\":1.10,\"thinking\":{\"type\":\"disabled\"}}");
    }

    /// Clients of OpenAI do not send back what was thought, and DeepSeek refuses calls without it.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    ~~ | {"role":"assistant","content":null,"tool_calls":[{"id":"a"}]} | {"reasoning_content":"","role":"assistant","content":null,"tool_calls":[{"id":"a"}]}
                    ~~ | { "role":"assistant", "reasoning_content" : null, "tool_calls":[{"id":"a"}]} | { "role":"assistant", "reasoning_content" : "", "tool_calls":[{"id":"a"}]}
                    ~~ | {"role":"assistant","reasoning":"so \\"x\\"","tool_calls":[{"id":"a"}]} | {"reasoning_content":"so \\"x\\"","role":"assistant","reasoning":"so \\"x\\"","tool_calls":[{"id":"a"}]}
                    ~~ | {"role":"assistant","reasoning_content":"t","tool_calls":[{"id":"a"}]} | {"role":"assistant","reasoning_content":"t","tool_calls":[{"id":"a"}]}
                    ~~ | {"role":"assistant","content":"said","tool_calls":[]} | {"role":"assistant","content":"said","tool_calls":[]}
                    ,"thinking":{"type":"disabled"} | {"role":"assistant","tool_calls":[{"id":"a"}]} | {"role":"assistant","tool_calls":[{"id":"a"}]}
                    ,"thinking":{"type":"enabled"} | {"role":"assistant","tool_calls":[{"id":"a"}]} | {"reasoning_content":"","role":"assistant","tool_calls":[{"id":"a"}]}
                    ~~ | {"role":"developer","content":"later"} | {"role":"system","content":"later"}
                    ~~ | {"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"\\"b\\""}]} | {"role":"user","content":"a\\n\\n\\"b\\""}
                    """)
    void messages_are_as_deepseek_takes_them(String rest, String message, String sent) {
        String before = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"go\"}, ";

        assertThat(sent(before + message + "]" + rest + "}"))
                .isEqualTo(before + sent + "]" + rest + "}");
    }

    @Test
    void everything_else_passes_byte_for_byte() {
        String request =
                "{ \"model\":\"m\", \"tool_choice\" : \"none\", \"messages\":[{\"role\":\"user\","
                        + "\"content\":\"developer\"}], \"max_tokens\": 7 }";

        assertThat(sent(request)).isEqualTo(request);
    }

    @Test
    void empty_lines_before_an_answer_keep_the_connection_open_and_mean_nothing() {
        transport =
                PlayedTransport.answering(
                        Played.of(200, "application/json", "\n\n\n\n" + ANSWER), time);

        Outcome<LlmReply> outcome =
                send("{\"model\":\"m\",\"messages\":[]}", ListeningClient.patient());

        assertThat(outcome).isInstanceOf(Outcome.Success.class);
        byte[] body = ProviderContract.bytes(((Outcome.Success<LlmReply>) outcome).value());
        assertThat(new String(body, StandardCharsets.UTF_8)).endsWith(ANSWER);
    }

    @Test
    void an_answer_that_ran_out_of_resources_passes_with_its_reason() {
        transport =
                PlayedTransport.answering(
                        Played.events(
                                ": keep-alive\n\n"
                                        + "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi\"},"
                                        + "\"finish_reason\":null}]}\n\n"
                                        + "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\"},"
                                        + "\"finish_reason\":\"insufficient_system_resource\"}]}\n\n"
                                        + "data: [DONE]\n\n"),
                        time);
        ListeningClient client = ListeningClient.patient();

        Outcome<LlmReply> outcome =
                send("{\"model\":\"m\",\"stream\":true,\"messages\":[]}", client);

        assertThat(outcome).isInstanceOf(Outcome.Success.class);
        assertThat(client.text()).contains("Hi", "insufficient_system_resource", "[DONE]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    400 | {"error":{"message":"Model Not Exist","type":"invalid_request_error","code":"invalid_request_error"}} | SUBJECT_UNKNOWN
                    400 | {"error":{"message":"This model's maximum context length is 1048565 tokens.","type":"invalid_request_error"}} | TOO_LARGE
                    400 | {"error":{"message":"The reasoning_content in the thinking mode must be passed back to the API."}} | INVALID_REQUEST
                    401 | {"error":{"message":"m","type":"authentication_error","code":"invalid_request_error"}} | KEY_REJECTED
                    402 | {"error":{"message":"Insufficient Balance","code":"invalid_request_error"}} | ACCOUNT_EXHAUSTED
                    422 | {"error":{"message":"m"}} | INVALID_REQUEST
                    429 | {"error":{"message":"m"}} | RATE_LIMITED
                    500 | {"error":{"message":"m"}} | SERVER_ERROR
                    503 | {"error":{"message":"m"}} | OVERLOADED
                    """)
    void errors_mean_what_deepseek_says(int status, String body, Cause cause) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);

        ErrorReply reply = ErrorReply.read(status, bytes, 0, bytes.length);

        assertThat(DeepSeekProvider.ERRORS.fault(reply, Duration.ZERO, "").cause())
                .isEqualTo(cause);
    }
}
