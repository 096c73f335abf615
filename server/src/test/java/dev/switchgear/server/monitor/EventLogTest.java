package dev.switchgear.server.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.call.Attempt;
import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Fault;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.Recovery;
import dev.switchgear.core.call.Scope;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.event.Event;
import dev.switchgear.core.time.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

class EventLogTest {
    private final ManualTime time = new ManualTime();
    private final List<String> lines = new ArrayList<>();
    private final EventLog log = new EventLog(time, (level, line) -> lines.add(level + " " + line));

    @Test
    void an_outage_is_told_once_and_then_counted_every_ten_seconds() {
        for (int i = 0; i < 2_500; i++) {
            log.accept(failed("alpha", Cause.SERVER_ERROR, "500"));
            time.advance(Duration.ofMillis(10));
        }

        assertThat(lines)
                .containsExactly(
                        "INFO alpha failed after 20 ms: 500 (call c)",
                        "INFO alpha/main: server error (999 more in 10 s)",
                        "INFO alpha/main: server error (1000 more in 10 s)");
    }

    @Test
    void another_upstream_and_another_cause_are_told_at_once() {
        log.accept(failed("alpha", Cause.SERVER_ERROR, "500"));
        log.accept(failed("beta", Cause.SERVER_ERROR, "500"));
        log.accept(failed("alpha", Cause.CONNECT_FAILED, "refused"));

        assertThat(lines).hasSize(3);
    }

    @Test
    void what_happens_again_after_a_quiet_time_is_news_again() {
        log.accept(failed("alpha", Cause.SERVER_ERROR, "500"));
        time.advance(Duration.ofSeconds(11));
        log.accept(failed("alpha", Cause.SERVER_ERROR, "500"));

        assertThat(lines).hasSize(2).allMatch(line -> line.endsWith("(call c)"));
    }

    @Test
    void a_defect_of_an_adapter_is_told_once_with_its_call_and_its_stack() {
        var stacks = new ArrayList<String>();
        var told =
                new EventLog(
                        time,
                        new EventLog.Lines() {
                            @Override
                            public void write(Level level, String line) {
                                lines.add(level + " " + line);
                            }

                            @Override
                            public void write(Level level, String line, Throwable defect) {
                                stacks.add(level + " " + line + ": " + defect.getMessage());
                            }
                        });
        for (int i = 0; i < 5; i++) {
            told.accept(
                    new Event.AdapterFailed(
                            time.instant(),
                            "c" + i,
                            new UpstreamId("alpha", "main"),
                            new StackOverflowError("too deep")));
        }
        time.advance(Duration.ofSeconds(11));
        told.accept(failed("beta", Cause.SERVER_ERROR, "500"));

        assertThat(stacks)
                .containsExactly(
                        "ERROR alpha/main: our adapter for it broke in call c0, which is a defect of"
                                + " Switchgear: too deep");
        assertThat(lines).contains("ERROR alpha/main: our adapter for it broke (4 more in 11 s)");
    }

    private Event failed(String provider, Cause cause, String detail) {
        Outcome<String> outcome =
                Outcome.Failure.of(
                        Fault.of(cause, Scope.PROVIDER, Recovery.FAIL_OVER, true, detail));
        return new Event.Attempted(
                time.instant(),
                "c",
                "chat",
                "chat",
                new Attempt<>(
                        1,
                        Attempt.Kind.FIRST,
                        new UpstreamId(provider, "main"),
                        "m",
                        outcome,
                        20_000_000,
                        -1));
    }
}
