package dev.switchgear.wire.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;

/// Arbitrary bytes never crash the response's reader, and how they are cut never matters. Runs for
/// a while with `JAZZER_FUZZ=1 ./mvnw -pl wire -am verify -Dtest=ResponseFuzzTest
/// -Dsurefire.failIfNoSpecifiedTests=false -Dtest.groups=long -Dtest.groups.excluded=`.
@Tag("long")
class ResponseFuzzTest {
    /// Without a start, random bytes hardly ever get past the status line.
    private static final String[] STARTS = {
        "",
        "HTTP/1.1 200 OK\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n",
    };

    @FuzzTest(maxDuration = "5m")
    void any_bytes_are_a_response_or_refused(byte[] bytes) {
        for (String start : STARTS) {
            byte[] all = Arrays.copyOf(start.getBytes(US_ASCII), start.length() + bytes.length);
            System.arraycopy(bytes, 0, all, start.length(), bytes.length);
            String whole = ResponseBytes.outcome(all, Integer.MAX_VALUE, "POST");
            String cut = ResponseBytes.outcome(all, 3, "POST");
            if (!whole.equals(cut)) {
                throw new AssertionError("whole: " + whole + ", cut: " + cut);
            }
        }
    }
}
