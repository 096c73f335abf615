package dev.switchgear.server.api.llm.responses.background;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.time.ManualTime;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.server.api.llm.responses.background.BackgroundEvents.Next;
import dev.switchgear.server.door.ResponseHead;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class BackgroundRunTest {
    private final AtomicLong grown = new AtomicLong();
    private final BackgroundRun run =
            new BackgroundRun(
                    BackgroundObject.queued(
                            Json.read("{\"model\":\"chat\",\"input\":\"hi\"}"), "resp_ours", 17),
                    grown::addAndGet);

    @Test
    void it_is_queued_then_in_progress_then_what_it_ended_as() {
        assertThat(status()).isEqualTo("queued");

        run.event(event("response.created", "in_progress"));
        assertThat(status()).isEqualTo("in_progress");

        run.event(event("response.completed", "completed"));
        assertThat(status()).as("before it is kept").isEqualTo("in_progress");

        assertThat(run.ending("-")).isPresent();
        run.ended();
        assertThat(status()).isEqualTo("completed");
        assertThat(run.over()).isTrue();
    }

    @Test
    void its_events_have_its_own_name_and_numbers_without_a_gap() {
        run.event(event("response.created", "in_progress"));
        run.event(event("response.in_progress", "in_progress"));
        run.event(
                bytes(
                        "{\"type\":\"response.output_text.delta\",\"sequence_number\":2,\"delta\":\"Hi\"}"));
        run.event(event("response.completed", "completed"));
        run.ended();

        List<JsonNode> told = told();
        assertThat(told)
                .extracting(event -> event.path("type").stringValue())
                .containsExactly(
                        "response.created",
                        "response.queued",
                        "response.in_progress",
                        "response.output_text.delta",
                        "response.completed");
        for (int i = 0; i < told.size(); i++) {
            assertThat(told.get(i).path("sequence_number").intValue()).isEqualTo(i);
            JsonNode response = told.get(i).path("response");
            if (response.isObject()) {
                assertThat(response.path("id").stringValue()).isEqualTo("resp_ours");
                assertThat(response.path("background").booleanValue()).isTrue();
                assertThat(response.path("created_at").longValue()).isEqualTo(17);
            }
        }
        assertThat(grown).hasValue(run.events().bytes());
    }

    @ParameterizedTest
    @CsvSource({"completed", "incomplete", "failed"})
    void it_ends_as_the_answer_does(String status) {
        run.event(event("response." + status, status));
        run.ended();

        assertThat(status()).isEqualTo(status);
        assertThat(told().getLast().path("type").stringValue()).isEqualTo("response." + status);
    }

    @Test
    void an_answer_that_never_ended_is_a_failed_one_that_says_so() {
        run.event(event("response.created", "in_progress"));

        assertThat(run.ending("It was cut.")).isPresent();
        run.ended();

        assertThat(status()).isEqualTo("failed");
        assertThat(run.response().at("/error/message").stringValue()).isEqualTo("It was cut.");
    }

    @Test
    void an_error_before_any_event_is_the_error_of_the_response() {
        run.admitted();
        run.whole(
                ResponseHead.of(429, "application/json"),
                bytes("{\"error\":{\"message\":\"Slow down.\",\"code\":null}}"));
        run.ended();

        assertThat(status()).isEqualTo("failed");
        assertThat(run.response().at("/error/code").stringValue()).isEqualTo("rate_limit_exceeded");
        assertThat(run.response().at("/error/message").stringValue()).isEqualTo("Slow down.");
    }

    @Test
    void what_lets_nothing_begin_is_told_at_once_and_what_comes_later_is_not()
            throws InterruptedException {
        run.whole(ResponseHead.of(404, "application/json"), bytes("{\"error\":{}}"));

        assertThat(run.refused(Duration.ofSeconds(1), new ManualTime()))
                .hasValueSatisfying(refusal -> assertThat(refusal.head().status()).isEqualTo(404));

        var other = new BackgroundRun(run.response(), _ -> {});
        other.admitted();
        other.whole(ResponseHead.of(502, "application/json"), bytes("{\"error\":{}}"));

        assertThat(other.refused(Duration.ofSeconds(1), new ManualTime())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0", "1", "2", "3"})
    void whenever_it_is_cancelled_it_is_over_and_stays_cancelled(int heard) {
        List<byte[]> answer =
                List.of(
                        event("response.created", "in_progress"),
                        event("response.in_progress", "in_progress"),
                        event("response.completed", "completed"));
        answer.subList(0, heard).forEach(run::event);

        assertThat(run.cancel().path("status").stringValue()).isEqualTo("cancelled");
        assertThat(run.cancel().path("status").stringValue()).isEqualTo("cancelled");
        assertThat(run.event(event("response.completed", "completed"))).isFalse();
        assertThat(run.ending("-")).isEmpty();
        run.ended();

        assertThat(status()).isEqualTo("cancelled");
        JsonNode last = told().getLast();
        assertThat(last.path("type").stringValue()).isEqualTo("response.incomplete");
        assertThat(last.at("/response/status").stringValue()).isEqualTo("cancelled");
    }

    @Test
    void once_it_is_over_it_cannot_be_cancelled() {
        run.event(event("response.completed", "completed"));
        run.ended();

        assertThat(run.cancel().path("status").stringValue()).isEqualTo("completed");
        assertThat(run.cancelled()).isFalse();
    }

    @Test
    void who_works_on_it_is_interrupted_when_it_is_cancelled() {
        assertThat(run.begins()).isTrue();

        run.cancel();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(run.begins()).as("again").isFalse();
    }

    private String status() {
        return run.response().path("status").stringValue();
    }

    private List<JsonNode> told() {
        var told = new ArrayList<JsonNode>();
        try {
            if (run.events().from(0, Duration.ZERO, new ManualTime()) instanceof Next.Some some) {
                for (byte[] event : some.events()) {
                    String text = new String(event, UTF_8);
                    told.add(Json.read(text.substring(text.indexOf("data: ") + 6)));
                }
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return told;
    }

    private static byte[] event(String type, String status) {
        return bytes(
                "{\"type\":\"%s\",\"sequence_number\":0,\"response\":{\"id\":\"resp_theirs\",\"status\":\"%s\",\"created_at\":1,\"background\":false,\"output\":[]}}"
                        .formatted(type, status));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
