package dev.switchgear.core.linear;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.util.LoggingLevel;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Lincheck runs small programs of two or three threads against each guard, switching between them at
/// every read and write that could matter, and compares what each call returned with all orders in
/// which one thread alone could have made the same calls. A lost update, a place given twice or a
/// verdict from half-written state has no such order.
class LinearityTest {
    /// A limiter walks along the slots of its window; what runs longer is taken for a live lock.
    private static final int LOOP_MAX = 1_000;

    @ParameterizedTest
    @ValueSource(
            classes = {BreakerOperations.class, LimiterOperations.class, BulkheadOperations.class})
    @Timeout(120)
    void calls_at_once_return_what_some_order_of_them_would(Class<?> operations) {
        check(operations, 2, 2, 24, 50);
    }

    @Test
    void an_update_that_gets_lost_is_found() {
        assertThatThrownBy(() -> check(ForgetfulOperations.class, 2, 2, 1, 100))
                .hasMessageContaining("next()");
    }

    @Tag("long")
    @ParameterizedTest
    @ValueSource(
            classes = {BreakerOperations.class, LimiterOperations.class, BulkheadOperations.class})
    @Timeout(1200)
    void many_more_calls_at_once_do_too(Class<?> operations) {
        check(operations, 3, 3, 60, 5_000);
    }

    private static void check(
            Class<?> operations, int threads, int calls, int programs, int interleavings) {
        new ModelCheckingOptions()
                .threads(threads)
                .actorsPerThread(calls)
                .actorsBefore(0)
                .actorsAfter(1)
                .iterations(programs)
                .invocationsPerIteration(interleavings)
                .loopBound(LOOP_MAX)
                .logLevel(LoggingLevel.ERROR)
                .check(operations);
    }
}
