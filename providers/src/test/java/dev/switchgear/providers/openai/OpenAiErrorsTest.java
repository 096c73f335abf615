package dev.switchgear.providers.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Fault;
import dev.switchgear.core.call.Recovery;
import dev.switchgear.core.call.Scope;
import dev.switchgear.providers.fault.ErrorReply;
import dev.switchgear.providers.fault.ErrorRule;
import dev.switchgear.providers.fault.Evidence;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The table against what openai.md (section 8) and local-openai.md (sections 1 to 3) say is sent.
final class OpenAiErrorsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    400 | {"error":{"message":"m","type":"invalid_request_error","param":"p","code":"unsupported_value"}} | INVALID_REQUEST | REQUEST | RETURN | false
                    400 | {"error":{"message":"m","type":"invalid_request_error","code":"context_length_exceeded"}} | TOO_LARGE | REQUEST | MORE_ROOM | false
                    400 | {"error":{"message":"m","type":"invalid_request_error","code":"content_policy_violation"}} | POLICY_REFUSED | REQUEST | RETURN | false
                    400 | {"error":{"message":"m","code":"content_filter","innererror":{"code":"ResponsibleAIPolicyViolation"}}} | POLICY_REFUSED | REQUEST | RETURN | false
                    400 | {"error":{"message":"m","type":"invalid_request_error","param":"model","code":"model_not_found"}} | SUBJECT_UNKNOWN | SUBJECT | FAIL_OVER | false
                    401 | {"error":{"message":"m","type":"invalid_request_error","code":"invalid_api_key"}} | KEY_REJECTED | KEY | FAIL_OVER | false
                    402 | {"error":{"message":"Insufficient Balance","type":"unknown_error","code":"invalid_request_error"}} | ACCOUNT_EXHAUSTED | ACCOUNT | FAIL_OVER | false
                    403 | {"error":{"message":"m","code":"unsupported_country_region_territory"}} | FORBIDDEN | PROVIDER | FAIL_OVER | false
                    403 | {"error":{"message":"m","type":"permission_error"}} | INVALID_REQUEST | REQUEST | FAIL_OVER | false
                    404 | {"error":{"message":"m","type":"invalid_request_error","code":"model_not_found"}} | SUBJECT_UNKNOWN | SUBJECT | FAIL_OVER | false
                    408 | {"error":{"message":"m"}} | SERVER_ERROR | PROVIDER | RETRY | true
                    409 | {"error":{"message":"m"}} | INVALID_REQUEST | REQUEST | RETURN | false
                    413 | {"error":{"message":"m"}} | INVALID_REQUEST | REQUEST | RETURN | false
                    415 | {"error":{"message":"m"}} | INVALID_REQUEST | REQUEST | RETURN | false
                    422 | {"error":{"message":"m"}} | INVALID_REQUEST | REQUEST | RETURN | false
                    429 | {"error":{"message":"m","type":"requests","code":"rate_limit_exceeded"}} | RATE_LIMITED | SUBJECT | FAIL_OVER | false
                    429 | {"error":{"message":"m","type":"rate_limit_error","code":"slow_down"}} | RATE_LIMITED | SUBJECT | FAIL_OVER | false
                    429 | {"error":{"message":"m","type":"insufficient_quota","code":"insufficient_quota"}} | ACCOUNT_EXHAUSTED | ACCOUNT | FAIL_OVER | false
                    429 | {"error":{"message":"m","type":"insufficient_quota","code":"credit_balance_exhausted"}} | ACCOUNT_EXHAUSTED | ACCOUNT | FAIL_OVER | false
                    429 | too many | RATE_LIMITED | SUBJECT | FAIL_OVER | false
                    500 | {"error":{"message":"m","type":"server_error"}} | SERVER_ERROR | PROVIDER | RETRY | true
                    502 | <html><body>401 404 insufficient_quota</body></html> | SERVER_ERROR | PROVIDER | RETRY | true
                    504 | <html></html> | SERVER_ERROR | PROVIDER | RETRY | true
                    503 | {"error":{"message":"m","type":"service_unavailable_error","code":"server_is_overloaded"}} | OVERLOADED | PROVIDER | RETRY | false
                    503 | {"error":{"message":"m","code":"slow_down"}} | OVERLOADED | PROVIDER | RETRY | false
                    503 | upstream connect error or disconnect/reset before headers | OVERLOADED | PROVIDER | RETRY | true
                    400 | {"error":{"message":"This model's maximum context length is 4096 tokens. However, you requested 5000","type":"BadRequestError","param":null,"code":400}} | TOO_LARGE | REQUEST | MORE_ROOM | false
                    400 | {"object":"error","message":"m","type":"BadRequestError","param":null,"code":400} | INVALID_REQUEST | REQUEST | RETURN | false
                    404 | {"error":{"message":"The model `x` does not exist.","type":"NotFoundError","param":null,"code":404}} | SUBJECT_UNKNOWN | SUBJECT | FAIL_OVER | false
                    401 | {"error":"Unauthorized"} | KEY_REJECTED | KEY | FAIL_OVER | false
                    400 | {"detail":[{"loc":["body"],"msg":"field required","type":"missing"}]} | INVALID_REQUEST | REQUEST | RETURN | false
                    503 | {"error":{"code":503,"message":"Loading model","type":"unavailable_error"}} | OVERLOADED | PROVIDER | RETRY | false
                    400 | {"error":{"code":400,"message":"the request exceeds the available context size","type":"exceed_context_size_error","n_prompt_tokens":9,"n_ctx":4}} | TOO_LARGE | REQUEST | MORE_ROOM | false
                    501 | {"error":{"code":501,"message":"m","type":"not_supported_error"}} | INVALID_REQUEST | REQUEST | FAIL_OVER | false
                    200 | {"error":{"code":429,"message":"m"}} | RATE_LIMITED | SUBJECT | FAIL_OVER | false
                    200 | {"error":{"code":"429","message":"m"}} | RATE_LIMITED | SUBJECT | FAIL_OVER | false
                    200 | {"error":{"message":"m","type":"server_error"}} | SERVER_ERROR | PROVIDER | RETRY | true
                    200 | {"error":{"message":"m","type":"server_error","code":"invalid_request_error"}} | SERVER_ERROR | PROVIDER | RETRY | true
                    200 | {"error":{"message":"m","type":"insufficient_quota"}} | ACCOUNT_EXHAUSTED | ACCOUNT | FAIL_OVER | false
                    200 | {"error":"something"} | SERVER_ERROR | PROVIDER | RETRY | true
                    200 | [{"error":{"code":503,"message":"m","status":"UNAVAILABLE"}}] | OVERLOADED | PROVIDER | RETRY | true
                    """)
    void each_error_means_what_the_reference_says(
            int status,
            String body,
            Cause cause,
            Scope scope,
            Recovery recovery,
            boolean mayHaveActed) {
        Fault fault = fault(status, body);

        assertThat(fault.cause()).isEqualTo(cause);
        assertThat(fault.scope()).isEqualTo(scope);
        assertThat(fault.recovery()).isEqualTo(recovery);
        assertThat(fault.mayHaveActed()).isEqualTo(mayHaveActed);
    }

    @ParameterizedTest
    @CsvSource({"402 tokens", "about 429 rows", "error 401", "HTTP 503 said the page", "404"})
    void digits_in_a_message_bench_nobody(String words) {
        for (String body :
                List.of(
                        "{\"error\":{\"message\":\"" + words + "\",\"type\":\"x\"}}",
                        "{\"error\":\"" + words + "\"}",
                        "{\"detail\":\"" + words + "\"}",
                        words)) {
            assertThat(fault(400, body).cause()).as(body).isEqualTo(Cause.INVALID_REQUEST);
            assertThat(fault(400, body).scope()).isEqualTo(Scope.REQUEST);
            assertThat(fault(500, body).cause()).as(body).isEqualTo(Cause.SERVER_ERROR);
            assertThat(fault(200, body).cause()).as(body).isEqualTo(Cause.SERVER_ERROR);
        }
    }

    @Test
    void a_rule_on_digits_in_text_is_refused() {
        assertThatThrownBy(() ->
                        new ErrorRule(
                                Set.of(),
                                Set.of(),
                                Optional.of(Pattern.compile("402")),
                                Evidence.WORDS,
                                Cause.ACCOUNT_EXHAUSTED,
                                Scope.ACCOUNT,
                                Recovery.FAIL_OVER,
                                false))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void rules_of_a_configured_server_come_before_ours() {
        var busy =
                ErrorRule.named(
                        Set.of(418),
                        Set.of("teapot"),
                        Cause.OVERLOADED,
                        Scope.PROVIDER,
                        Recovery.RETRY);
        var table = OpenAiErrors.TABLE.preceded(List.of(busy));

        assertThat(table.fault(reply(418, "{\"code\":\"teapot\"}"), Duration.ZERO, "x").cause())
                .isEqualTo(Cause.OVERLOADED);
        assertThat(table.fault(reply(401, "{}"), Duration.ZERO, "x").cause())
                .isEqualTo(Cause.KEY_REJECTED);
    }

    @Test
    void a_message_is_one_short_line() {
        ErrorReply reply =
                reply(400, "{\"error\":{\"message\":\"a\\r\\nb\\u0000" + "c".repeat(5000) + "\"}}");

        assertThat(reply.message()).hasSizeLessThan(400).startsWith("a b c").doesNotContain("\n");
    }

    private static Fault fault(int status, String body) {
        ErrorReply reply = reply(status, body);
        return OpenAiErrors.TABLE.fault(reply, Duration.ZERO, reply.line());
    }

    private static ErrorReply reply(int status, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return ErrorReply.read(status, bytes, 0, bytes.length);
    }
}
