package dev.switchgear.wire.stream;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.api.Tag;

/// Arbitrary bytes never crash the event reader, and how they are cut never matters. Run like the
/// response reader's.
@Tag("long")
class EventFuzzTest {
    @FuzzTest(maxDuration = "5m")
    void any_bytes_are_events_or_refused(byte[] bytes) {
        Object whole = EventReaderTest.outcome(ArrayExchange.whole(bytes));
        Object cut = EventReaderTest.outcome(ArrayExchange.byteByByte(bytes));
        if (!whole.equals(cut)) {
            throw new AssertionError("whole: " + whole + ", cut: " + cut);
        }
    }
}
