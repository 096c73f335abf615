package dev.switchgear.server.api.llm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.call.Rank;
import dev.switchgear.core.time.ManualTime;
import dev.switchgear.core.time.Threads;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.call.Downstream.Opening;
import dev.switchgear.families.llm.call.Downstream.Winner;
import dev.switchgear.families.llm.call.Meaning;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.identity.Client;
import dev.switchgear.server.api.FakeExchange;
import dev.switchgear.server.api.Visit;
import dev.switchgear.server.api.llm.openai.OpenAiProtocol;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The client's side of a stream, on simulated time and threads.
final class ClientStreamTest {
    private static final Duration SILENCE = Duration.ofSeconds(15);

    private final ManualTime time = new ManualTime();
    private final List<Runnable> started = new ArrayList<>();
    private final Threads threads =
            task -> {
                started.add(task);
                task.run();
                return Thread.currentThread();
            };
    private final FakeExchange exchange = new FakeExchange("POST", "/v1/chat/completions", "");
    private final ClientStream stream = stream();

    private ClientStream stream() {
        var protocol = new OpenAiProtocol();
        var visit =
                LlmVisit.of(
                        new Visit(
                                exchange,
                                new Client("app", Rank.NORMAL),
                                "",
                                "req_1",
                                "",
                                protocol),
                        protocol,
                        Operation.CHAT);
        var meaning = Meaning.of(ChatRequest.builder("chat").streamed(true).build());
        var head =
                new AnswerHead(
                        visit,
                        new FakeGateway().find("chat").orElseThrow(),
                        List.of(),
                        List.of("seed"),
                        time);
        return new ClientStream(
                new ClientRequest(visit, "chat", meaning),
                head,
                false,
                new KeepAlive(SILENCE, threads, time));
    }

    private static Opening opening(String contentType) {
        return new Opening(
                200, contentType, List.of("user"), new Winner(FakeGateway.BETA, "real", 2, 0));
    }

    @Test
    void a_client_that_hears_nothing_gets_a_sign_of_life_on_a_thread_that_was_handed_in() {
        stream.keepAlive();

        time.advance(SILENCE.minusMillis(1));
        assertThat(exchange.status()).isZero();

        time.advance(Duration.ofMillis(1));
        assertThat(exchange.status()).isEqualTo(200);
        assertThat(exchange.answer()).startsWith(":").endsWith("\n").doesNotContain("\n\n");
        assertThat(started).hasSize(1);
    }

    @Test
    void what_leaves_puts_the_next_sign_of_life_off() {
        stream.keepAlive();
        time.advance(Duration.ofSeconds(10));
        stream.begin(opening(""));
        stream.tell(new ChatEvent.Start("id", "m"));
        stream.tell(new ChatEvent.Text("hel"));
        int heard = exchange.answer().length();

        time.advance(Duration.ofSeconds(14));
        assertThat(exchange.answer()).hasSize(heard);

        time.advance(Duration.ofSeconds(1));
        assertThat(exchange.answer().length()).isGreaterThan(heard);
    }

    @Test
    void an_answer_that_is_settled_gets_no_more_signs_of_life() {
        stream.keepAlive();
        stream.settled();

        time.advance(SILENCE.multipliedBy(3));

        assertThat(exchange.status()).isZero();
        assertThat(time.pending()).isZero();
        assertThat(stream.begun()).isFalse();
    }

    @Test
    void a_stream_begins_with_who_won_and_what_nobody_acts_on() {
        stream.begin(opening("text/event-stream"));

        assertThat(exchange.answered("x-switchgear-provider")).contains("beta");
        assertThat(exchange.answered("x-switchgear-key")).contains("main");
        assertThat(exchange.answered("x-switchgear-model")).contains("real");
        assertThat(exchange.answered("x-switchgear-attempts")).contains("2");
        assertThat(exchange.answered("x-switchgear-failovers")).contains("1");
        assertThat(exchange.answered("x-switchgear-dropped")).contains("seed, user");
        assertThat(exchange.answered("x-switchgear-overhead-ms").orElseThrow())
                .matches("\\d+\\.\\d{3}");
    }

    @Test
    void who_takes_up_after_a_sign_of_life_is_told_in_a_comment() {
        stream.keepAlive();
        time.advance(SILENCE);

        stream.begin(opening("text/event-stream"));
        byte[] bytes = "data: 1\n\n".getBytes(UTF_8);
        stream.write(bytes, 0, bytes.length);

        assertThat(exchange.answer()).endsWith(": answered by beta real\ndata: 1\n\n");
    }
}
