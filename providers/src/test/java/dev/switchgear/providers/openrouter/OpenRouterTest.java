package dev.switchgear.providers.openrouter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.call.Cause;
import dev.switchgear.core.time.ManualTime;
import dev.switchgear.providers.fault.ErrorReply;
import dev.switchgear.wire.Headers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// OpenRouter's data against openrouter.md (section 5).
final class OpenRouterTest {
    private static ErrorReply reply(int status, byte[] body) {
        return ErrorReply.read(status, body, 0, body.length);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    400 | {"error":{"code":400,"message":"m","metadata":{"error_type":"context_length_exceeded"}}} | TOO_LARGE
                    400 | {"error":{"code":400,"message":"m","metadata":{"raw":{"a":[1]},"error_type":"content_policy_violation"}}} | POLICY_REFUSED
                    400 | {"error":{"code":400,"message":"x/y is not a valid model ID"}} | SUBJECT_UNKNOWN
                    400 | {"error":{"code":400,"message":"m"}} | INVALID_REQUEST
                    401 | {"error":{"code":401,"message":"Missing Authentication header"}} | KEY_REJECTED
                    402 | {"error":{"code":402,"message":"Insufficient credits"}} | ACCOUNT_EXHAUSTED
                    403 | {"error":{"code":403,"message":"Your input was flagged","metadata":{"reasons":["x"],"flagged_input":"y"}}} | POLICY_REFUSED
                    403 | {"error":{"code":403,"message":"Key limit exceeded"}} | ACCOUNT_EXHAUSTED
                    404 | {"error":{"code":404,"message":"No endpoints found for x"}} | SUBJECT_UNKNOWN
                    429 | {"error":{"code":429,"message":"Provider returned error","metadata":{"provider_name":"Google","raw":"r"}}} | RATE_LIMITED
                    502 | {"error":{"code":502,"message":"m","metadata":{"error_type":"provider_unavailable"}}} | SERVER_ERROR
                    503 | {"error":{"code":503,"message":"m","metadata":{"error_type":"provider_overloaded"}}} | OVERLOADED
                    200 | {"error":{"code":429,"message":"m","metadata":{"error_type":"rate_limit_exceeded"}}} | RATE_LIMITED
                    """)
    void errors_mean_what_openrouter_says(int status, String body, Cause cause) {
        ErrorReply reply = reply(status, body.getBytes(StandardCharsets.UTF_8));

        assertThat(OpenRouterProvider.ERRORS.fault(reply, Duration.ZERO, "").cause())
                .isEqualTo(cause);
    }

    @Test
    void the_wait_is_in_the_headers_or_in_the_error() {
        byte[] body =
                "{\"error\":{\"code\":429,\"message\":\"m\",\"availability\":{\"retry_after\":2.5}}}"
                        .getBytes(StandardCharsets.UTF_8);
        byte[] page = "<html>".getBytes(StandardCharsets.UTF_8);
        var time = new ManualTime();

        assertThat(OpenRouterProvider.QUOTAS.pause(Headers.NONE, reply(429, body), body, time))
                .isEqualTo(Duration.ofMillis(2_500));
        assertThat(
                        OpenRouterProvider.QUOTAS.pause(
                                Headers.of("retry-after", "7"), reply(429, body), body, time))
                .isEqualTo(Duration.ofSeconds(7));
        assertThat(OpenRouterProvider.QUOTAS.pause(Headers.NONE, reply(429, page), page, time))
                .isEqualTo(Duration.ZERO);
    }
}
