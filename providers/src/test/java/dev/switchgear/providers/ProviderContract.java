package dev.switchgear.providers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.call.Call;
import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Dispatch;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.Recovery;
import dev.switchgear.core.call.Timeouts;
import dev.switchgear.core.call.Upstream;
import dev.switchgear.core.time.ManualTime;
import dev.switchgear.core.time.Time;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.families.llm.tokens.TokenUsage;
import dev.switchgear.providers.Played.Step;
import dev.switchgear.wire.OutgoingRequest;
import dev.switchgear.wire.Transport;
import dev.switchgear.wire.WireException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What every adapter of the LLM family does, whatever its provider's wire format. An adapter's test
/// extends this and says what its wire format looks like.
public abstract class ProviderContract {
    protected static final String SECRET = "canary-4f1c9a7e";
    protected static final Timeouts TIMEOUTS =
            new Timeouts(
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(20),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(10),
                    Duration.ofMinutes(10));

    protected final ManualTime time = new ManualTime();

    /// The adapter under test, with [#SECRET] as its credential.
    protected abstract Upstream<LlmRequest, LlmReply> upstream(
            Transport transport, Timeouts timeouts, Time clock);

    protected Dialect dialect() {
        return Dialect.OPENAI;
    }

    /// A stream as it arrives, which may be cut.
    protected Played events(String body) {
        return Played.events(body);
    }

    /// A client's request in the adapter's dialect, for `client-model`.
    protected abstract String request(boolean streamed);

    /// A whole answer in one piece, and the usage it states.
    protected abstract String answer();

    protected abstract TokenUsage answerUsage();

    /// The events of a whole stream, each with the blank line that ends it.
    protected abstract List<String> stream();

    /// Which of them carries the first token.
    protected abstract int firstToken();

    protected abstract TokenUsage streamUsage();

    /// An event that says the provider failed.
    protected abstract String errorEvent();

    /// An event that promises nothing; a comment, for instance.
    protected abstract String ping();

    /// An example of each error the provider is known to send.
    protected abstract Map<Cause, Played> errors();

    @Test
    void an_answer_comes_back_byte_for_byte_with_its_usage() {
        var transport = PlayedTransport.answering(Played.json(200, answer()), time);

        Outcome<LlmReply> outcome = send(transport, plain());

        var success = success(outcome);
        assertThat(bytes(success.value())).isEqualTo(utf8(answer()));
        assertThat(success.value().usage()).isEqualTo(answerUsage());
        assertThat(success.units()).isEqualTo(answerUsage().total());
        assertThat(transport.readToItsEnd()).as("connection can serve again").isTrue();
        assertThat(transport.atRest()).isTrue();
    }

    @Test
    void the_provider_gets_its_own_name_of_the_model_and_else_the_clients_bytes() {
        var transport = PlayedTransport.answering(Played.json(200, answer()), time);

        send(transport, plain());

        assertThat(transport.sent()).hasSize(1);
        assertThat(new String(transport.sent().getFirst().body(), StandardCharsets.UTF_8))
                .isEqualTo(request(false).replace("client-model", "provider-model"));
    }

    @Test
    void the_trace_and_the_calls_id_go_along() {
        var transport = PlayedTransport.answering(Played.json(200, answer()), time);

        send(transport, plain());

        OutgoingRequest sent = transport.sent().getFirst();
        assertThat(sent.headers().first("traceparent")).contains(TestCalls.TRACEPARENT);
        assertThat(sent.headers().first("x-request-id")).contains("req-1");
    }

    @Test
    void an_answer_cut_anywhere_is_never_taken_for_one() {
        byte[] whole = utf8(answer().stripTrailing());

        for (int length = 0; length < whole.length; length++) {
            Played cut = Played.of(200, "application/json", Arrays.copyOf(whole, length));
            Outcome<LlmReply> outcome = send(PlayedTransport.answering(cut, time), plain());

            assertThat(failure(outcome).fault().cause())
                    .as("cut at " + length)
                    .isEqualTo(Cause.MALFORMED);
        }
    }

    @Test
    void a_page_where_an_answer_was_expected_is_a_failure() {
        Played page = Played.of(200, "text/html", "<html><body>Sign in</body></html>");

        assertThat(failure(send(PlayedTransport.answering(page, time), plain())).fault().cause())
                .isEqualTo(Cause.MALFORMED);
        assertThat(
                        failure(send(PlayedTransport.answering(page, time), streamed(client())))
                                .fault()
                                .cause())
                .isEqualTo(Cause.MALFORMED);
    }

    @Test
    void each_known_error_is_recognised_plain_and_streamed() {
        errors().forEach((cause, played) -> {
            var transport = PlayedTransport.answering(played, time);
            ListeningClient client = client();
            var dispatch = streamed(client);

            assertThat(failure(send(transport, plain())).fault().cause()).isEqualTo(cause);
            assertThat(transport.atRest()).isTrue();
            assertThat(
                            failure(send(PlayedTransport.answering(played, time), dispatch))
                                    .fault()
                                    .cause())
                    .isEqualTo(cause);
            assertThat(client.reached()).isFalse();
            assertThat(dispatch.call().committed()).isFalse();
        });
    }

    @Test
    void a_credential_that_the_provider_repeats_goes_no_further() {
        String body =
                "{\"error\":{\"message\":\"bad key " + SECRET + "\",\"code\":\"invalid_api_key\"}}";
        var transport = PlayedTransport.answering(Played.json(401, body), time);

        var failure = failure(send(transport, plain()));

        assertThat(failure.fault().detail()).doesNotContain(SECRET);
        var said = (LlmReply.Content.Declined) failure.reply().orElseThrow().content();
        assertThat(said.message()).doesNotContain(SECRET);
        assertThat(said.body()).isEmpty();
        assertThat(transport.sent().getFirst().toString()).doesNotContain(SECRET);
        assertThat(transport.sent().getFirst().headers().toString()).doesNotContain(SECRET);
    }

    @Test
    void a_stream_reaches_the_client_byte_for_byte_however_it_is_split() {
        var random = new Random(20);

        for (int round = 0; round < 300; round++) {
            ListeningClient client = client();
            Played played = events(whole()).split(random);
            var transport = PlayedTransport.answering(played, time);

            var success = success(send(transport, streamed(client)));

            assertThat(client.text()).isEqualTo(whole());
            assertThat(client.status()).isEqualTo(200);
            assertThat(success.value().usage()).isEqualTo(streamUsage());
            assertThat(success.units()).isEqualTo(streamUsage().total());
            assertThat(transport.atRest()).isTrue();
        }
    }

    @Test
    void events_that_arrive_together_leave_together() {
        ListeningClient client = client();

        send(PlayedTransport.answering(events(whole()), time), streamed(client));

        assertThat(client.writes()).isLessThanOrEqualTo(2);
    }

    @Test
    void a_stream_whose_body_breaks_off_at_any_byte_fails_and_passes_on_whole_events_only() {
        byte[] bytes = utf8(whole());

        for (int length = 0; length < bytes.length; length++) {
            ListeningClient client = client();
            Played played =
                    events("")
                            .then(new Step.Arrive(Arrays.copyOf(bytes, length)))
                            .then(new Step.Break(WireException.Kind.CONNECTION_LOST));
            var dispatch = streamed(client);

            var failure = failure(send(PlayedTransport.answering(played, time), dispatch));

            assertThat(failure.fault().cause())
                    .as("cut at " + length)
                    .isEqualTo(Cause.CONNECTION_LOST);
            assertThat(client.text()).as("cut at " + length).isEqualTo(wholeEvents(length, false));
            assertThat(dispatch.call().committed()).isEqualTo(client.reached());
        }
    }

    @Test
    void a_stream_whose_body_ends_at_any_byte_is_whole_once_the_model_has_stopped() {
        byte[] bytes = utf8(whole());
        int stop = stopAt();

        for (int length = 0; length < bytes.length; length++) {
            ListeningClient client = client();
            Played played = events("").then(new Step.Arrive(Arrays.copyOf(bytes, length)));
            String events = wholeEvents(length, true);
            var dispatch = streamed(client);

            Outcome<LlmReply> outcome = send(PlayedTransport.answering(played, time), dispatch);

            if (events.startsWith(String.join("", stream().subList(0, stop + 1)))) {
                success(outcome);
                assertThat(ended(client.text())).as("cut at " + length).startsWith(ended(events));
            } else {
                assertThat(failure(outcome).fault().cause())
                        .as("cut at " + length)
                        .isEqualTo(Cause.MALFORMED);
                assertThat(ended(client.text())).as("cut at " + length).isEqualTo(ended(events));
            }
            assertThat(dispatch.call().committed()).isEqualTo(client.reached());
        }
    }

    /// With the line ends that a client sees alike.
    private static String ended(String text) {
        return text.replace("\r\n", "\n").stripTrailing();
    }

    @Test
    void what_makes_no_sense_behind_the_reason_to_stop_is_left_out() {
        String stopped = String.join("", stream().subList(0, stopAt() + 1));
        for (String junk :
                List.of(
                        "data: {\"junk\":\"ju",
                        "data: <junk>502</junk>\n\n",
                        "event: junk",
                        "da",
                        "data: {}\n\ndata: [junk",
                        ": bye",
                        ": bye\n\n",
                        "\n\n\n")) {
            ListeningClient client = client();

            success(
                    send(
                            PlayedTransport.answering(events(stopped + junk), time),
                            streamed(client)));

            assertThat(client.text()).as(junk).startsWith(stopped.stripTrailing());
            assertThat(client.text()).as(junk).doesNotContain("junk");
        }
    }

    @Test
    void silence_behind_the_reason_to_stop_takes_nothing_back() {
        String stopped = String.join("", stream().subList(0, stopAt() + 1));
        Played silent = events(stopped).then(new Step.Silence(Duration.ofSeconds(11)));
        ListeningClient client = client();

        success(send(PlayedTransport.answering(silent, time), streamed(client)));

        assertThat(client.text()).startsWith(stopped.stripTrailing());
    }

    /// Which event of the stream says why the model stopped.
    private int stopAt() {
        for (int i = 0; i < stream().size(); i++) {
            if (stream()
                    .get(i)
                    .matches(
                            "(?s).*\"(finish_reason|stop_reason|finishReason|done_reason)\":\\s*\".*")) {
                return i;
            }
        }
        throw new AssertionError("the stream never stops");
    }

    @Test
    void an_error_before_the_first_token_leaves_the_client_to_another_upstream() {
        ListeningClient client = client();
        String events = String.join("", stream().subList(0, firstToken())) + errorEvent();
        var dispatch = streamed(client);

        var failure = failure(send(PlayedTransport.answering(events(events), time), dispatch));

        assertThat(client.reached()).isFalse();
        assertThat(dispatch.call().committed()).isFalse();
        assertThat(failure.fault().recovery()).isNotEqualTo(Recovery.RETURN);
        assertThat(failure.reply()).isPresent();
    }

    @Test
    void an_error_after_the_first_token_passes_as_it_came_with_what_follows_it() {
        ListeningClient client = client();
        String begun = String.join("", stream().subList(0, firstToken() + 1));
        var dispatch = streamed(client);

        var failure =
                failure(
                        send(
                                PlayedTransport.answering(
                                        events(begun + errorEvent() + ping()), time),
                                dispatch));

        assertThat(client.text()).isEqualTo(begun + errorEvent() + ping());
        assertThat(dispatch.call().committed()).isTrue();
        assertThat(failure.fault().mayHaveActed()).isTrue();
        assertThat(bytes(failure.reply().orElseThrow())).isNotEmpty();
        assertThat(failure.reply().orElseThrow().content())
                .isInstanceOfSatisfying(
                        LlmReply.Content.Declined.class,
                        declined -> assertThat(declined.told()).isTrue());
    }

    @Test
    void garbage_after_the_first_token_is_not_passed_on() {
        ListeningClient client = client();
        String begun = String.join("", stream().subList(0, firstToken() + 1));
        String garbage = "data: <html>502</html>\n\n";

        var failure =
                failure(
                        send(
                                PlayedTransport.answering(events(begun + garbage), time),
                                streamed(client)));

        assertThat(client.text()).isEqualTo(begun);
        assertThat(failure.fault().cause()).isEqualTo(Cause.MALFORMED);
    }

    @Test
    void who_loses_the_race_for_the_client_writes_nothing() {
        ListeningClient client = client();
        Call<LlmRequest> call = streamed(client).call();
        new Dispatch<>(call, TestCalls.UPSTREAM, "provider-model", 1, time).commit();
        var transport = PlayedTransport.answering(events(whole()), time);

        var failure =
                failure(
                        send(
                                transport,
                                new Dispatch<>(
                                        call, TestCalls.UPSTREAM, "provider-model", 2, time)));

        assertThat(failure.fault().cause()).isEqualTo(Cause.CANCELLED);
        assertThat(client.reached()).isFalse();
        assertThat(transport.atRest()).isTrue();
    }

    @Test
    void a_client_that_leaves_ends_the_attempt() {
        for (int writes = 0; writes < stream().size() - firstToken(); writes++) {
            Played one = events("");
            for (String event : stream()) {
                one = one.then(event);
            }
            var transport = PlayedTransport.answering(one, time);

            var failure = failure(send(transport, streamed(ListeningClient.leavingAfter(writes))));

            assertThat(failure.fault().cause()).isEqualTo(Cause.CANCELLED);
            assertThat(transport.atRest()).isTrue();
        }
    }

    @Test
    void an_interrupted_thread_sends_nothing_and_stays_interrupted() {
        var transport = PlayedTransport.answering(Played.json(200, answer()), time);

        Thread.currentThread().interrupt();
        Outcome<LlmReply> outcome = send(transport, plain());

        assertThat(Thread.interrupted()).isTrue();
        assertThat(failure(outcome).fault().cause()).isEqualTo(Cause.CANCELLED);
        assertThat(failure(outcome).fault().mayHaveActed()).isFalse();
        assertThat(transport.sent()).isEmpty();
    }

    @Test
    void pings_do_not_put_off_the_first_token_timeout() {
        Played pinging = events("");
        for (int i = 0; i < 100; i++) {
            pinging = pinging.then(new Step.Silence(Duration.ofSeconds(9))).then(ping());
        }
        ListeningClient client = client();

        var failure = failure(send(PlayedTransport.answering(pinging, time), streamed(client)));

        assertThat(failure.fault().cause()).isEqualTo(Cause.FIRST_PIECE_TIMEOUT);
        assertThat(Duration.ofNanos(time.nanos())).isEqualTo(TIMEOUTS.firstPiece());
        assertThat(client.reached()).isFalse();
    }

    @Test
    void a_drip_of_bytes_does_not_put_off_the_first_token_timeout() {
        Played dripping = events("");
        for (byte one : utf8(stream().getFirst())) {
            dripping =
                    dripping.then(new Step.Silence(Duration.ofSeconds(9)))
                            .then(new Step.Arrive(new byte[] {one}));
        }

        var failure = failure(send(PlayedTransport.answering(dripping, time), streamed(client())));

        assertThat(failure.fault().cause()).isEqualTo(Cause.FIRST_PIECE_TIMEOUT);
        assertThat(Duration.ofNanos(time.nanos())).isEqualTo(TIMEOUTS.firstPiece());
    }

    @Test
    void silence_after_the_first_token_is_an_idle_timeout() {
        String begun = String.join("", stream().subList(0, firstToken() + 1));
        Played silent =
                events("")
                        .then(new Step.Silence(Duration.ofSeconds(25)))
                        .then(begun)
                        .then(new Step.Silence(Duration.ofSeconds(11)));
        ListeningClient client = client();

        var failure = failure(send(PlayedTransport.answering(silent, time), streamed(client)));

        assertThat(failure.fault().cause()).isEqualTo(Cause.IDLE_TIMEOUT);
        assertThat(Duration.ofNanos(time.nanos())).isEqualTo(Duration.ofSeconds(25 + 10));
        assertThat(client.text()).isEqualTo(begun);
    }

    @Test
    void endless_promises_without_a_token_are_cut_off() {
        Played endless = events(ping().repeat(400_000));
        ListeningClient client = client();

        var failure = failure(send(PlayedTransport.answering(endless, time), streamed(client)));

        assertThat(failure.fault().cause()).isEqualTo(Cause.MALFORMED);
        assertThat(client.reached()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(WireException.Kind.class)
    void a_broken_wire_says_whether_the_provider_may_have_acted(WireException.Kind kind) {
        for (boolean acted : new boolean[] {false, true}) {
            var transport = PlayedTransport.failing(new WireException(kind, acted, "broken"), time);

            var failure = failure(send(transport, plain()));

            assertThat(failure.fault().mayHaveActed()).isEqualTo(acted);
            assertThat(failure.reply()).isEmpty();
        }
    }

    protected final Outcome<LlmReply> send(
            PlayedTransport transport, Dispatch<LlmRequest> dispatch) {
        return upstream(transport, TIMEOUTS, time).send(dispatch);
    }

    protected Dispatch<LlmRequest> plain() {
        return dispatch(false, ListeningClient.patient());
    }

    protected Dispatch<LlmRequest> streamed(ListeningClient client) {
        return dispatch(true, client);
    }

    private Dispatch<LlmRequest> dispatch(boolean streamed, ListeningClient client) {
        Call<LlmRequest> call =
                TestCalls.call(dialect(), Operation.CHAT, utf8(request(streamed)), client, time);
        return new Dispatch<>(call, TestCalls.UPSTREAM, "provider-model", 1, time);
    }

    protected static ListeningClient client() {
        return ListeningClient.patient();
    }

    private String whole() {
        return String.join("", stream());
    }

    /// The events that are whole within the first `length` bytes, if the first token is among them.
    ///
    /// @param rest whether an event is whole that only lacks the ends of its last lines
    private String wholeEvents(int length, boolean rest) {
        var text = new StringBuilder();
        int bytes = 0;
        int count = 0;
        for (String event : stream()) {
            int needed = utf8(rest ? event.stripTrailing() : event).length;
            if (bytes + needed > length) {
                break;
            }
            bytes += utf8(event).length;
            text.append(event);
            count++;
        }
        return count > firstToken() ? text.toString() : "";
    }

    protected static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// The provider's own bytes.
    public static byte[] bytes(LlmReply reply) {
        return switch (reply.content()) {
            case LlmReply.Content.Passed passed -> passed.body();
            case LlmReply.Content.Declined declined -> declined.body();
            case LlmReply.Content.Streamed _,
                    LlmReply.Content.Told _,
                    LlmReply.Content.Embedded _,
                    LlmReply.Content.Counted _ ->
                    throw new AssertionError(reply.content() + " has no bytes");
        };
    }

    protected static Outcome.Success<LlmReply> success(Outcome<LlmReply> outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Success.class);
        return (Outcome.Success<LlmReply>) outcome;
    }

    protected static Outcome.Failure<LlmReply> failure(Outcome<LlmReply> outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Failure.class);
        return (Outcome.Failure<LlmReply>) outcome;
    }
}
