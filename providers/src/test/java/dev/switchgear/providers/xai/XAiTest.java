package dev.switchgear.providers.xai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.call.Cause;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.providers.TestCalls;
import dev.switchgear.providers.fault.ErrorReply;
import dev.switchgear.providers.llm.LlmProvider;
import dev.switchgear.wire.Endpoint;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// xAI's data against xai.md (sections 1 and 5).
final class XAiTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    400 | {"code":"invalid-argument","error":"Incorrect API key provided. Get one at x"} | KEY_REJECTED
                    401 | {"code":"unauthenticated","error":"no header"} | KEY_REJECTED
                    400 | {"code":"invalid-argument","error":"Argument not supported: stop"} | INVALID_REQUEST
                    403 | {"code":"permission-denied","error":"The team is blocked"} | FORBIDDEN
                    403 | {"code":"permission-denied","error":"Content violates usage guidelines"} | POLICY_REFUSED
                    404 | {"code":"not-found","error":"The model x does not exist"} | SUBJECT_UNKNOWN
                    422 | {"error":"Failed to deserialize the JSON body"} | INVALID_REQUEST
                    429 | {"code":"resource-exhausted","error":"Too many requests"} | RATE_LIMITED
                    429 | {"code":"resource-exhausted","error":"Your team has used all available credits"} | ACCOUNT_EXHAUSTED
                    500 | {"error":"internal"} | SERVER_ERROR
                    """)
    void errors_mean_what_xai_says(int status, String body, Cause cause) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);

        ErrorReply reply = ErrorReply.read(status, bytes, 0, bytes.length);

        assertThat(XAiProvider.ERRORS.fault(reply, Duration.ZERO, "").cause()).isEqualTo(cause);
    }

    @Test
    void there_are_no_embeddings() {
        LlmProvider provider = XAiProvider.xAi(TestCalls.at(Endpoint.parse(XAiProvider.BASE)));

        assertThat(provider.passing().getFirst().path(Operation.EMBEDDINGS, "m", false)).isEmpty();
        assertThat(provider.spoken().getFirst().path(Operation.EMBEDDINGS, "m", false)).isEmpty();
        assertThat(provider.spoken().getFirst().path(Operation.CHAT, "m", false)).isPresent();
    }
}
