package dev.switchgear.server.gateway.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchgear.core.call.Call;
import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.Dispatch;
import dev.switchgear.core.call.Fault;
import dev.switchgear.core.call.GuardName;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.Quota;
import dev.switchgear.core.call.Rank;
import dev.switchgear.core.call.Recovery;
import dev.switchgear.core.call.Scope;
import dev.switchgear.core.call.Upstream;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.time.ManualTime;
import dev.switchgear.dialects.openai.OpenAiClientDialect;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.call.Companions;
import dev.switchgear.families.llm.call.Downstream;
import dev.switchgear.families.llm.call.HoldBack;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.call.LlmReply.Content;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.families.llm.call.Meaning;
import dev.switchgear.families.llm.call.Tab;
import dev.switchgear.families.llm.model.ModelName;
import dev.switchgear.families.llm.model.Tokenizer;
import dev.switchgear.families.llm.price.CostTotals;
import dev.switchgear.families.llm.scan.RequestBody;
import dev.switchgear.families.llm.scan.RequestScan;
import dev.switchgear.families.llm.scan.ScanLimits;
import dev.switchgear.families.llm.tokens.TokenEstimates;
import dev.switchgear.families.llm.tokens.TokenUsage;
import dev.switchgear.families.money.BudgetStatus;
import dev.switchgear.families.money.Money;
import dev.switchgear.server.config.Config;
import dev.switchgear.server.config.ConfigLoader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What the attempts of a call are booked at, for the client, for the credential and in the books alike.
class WhatIsBookedTest {
    private static final String HASH = "7Qm2ZkWp.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    /// gpt-4o: 2.50 USD for a million tokens going in, 10 USD for a million coming out.
    private static final long IN = 2_500;

    private static final long OUT = 10_000;

    private static final String SAYS =
            "\"messages\":[{\"role\":\"user\",\"content\":\"Tell me of rain, wind and snow.\"}]";

    /// An adapter that throws.
    private static final Optional<Outcome<LlmReply>> BROKE = Optional.empty();

    private final ManualTime time = new ManualTime();
    private String subject = "gpt-4o";
    private final Bookkeeping books = new Bookkeeping(config(), time);

    private static Config config() {
        return ConfigLoader.parse(
                        "a.yaml",
                        """
                        clients:
                          - { name: ann, key-hash: "%s", limits: { spend-per-day: 5 } }
                        providers:
                          openai: { keys: [ { secret: a } ], limits: { spend-per-day: 5 } }
                        """
                                .formatted(HASH),
                        Map.of())
                .config()
                .orElseThrow();
    }

    /// @param attempts what each came to, in order
    /// @param entries how many of them are in the books
    /// @param estimated how many of those are marked as estimates
    /// @param prompts how many of them count the estimate of the prompt
    /// @param input tokens booked beside those
    record Case(
            String name,
            boolean streamed,
            List<Optional<Outcome<LlmReply>>> attempts,
            int entries,
            int estimated,
            long prompts,
            long input,
            long output) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Case plain(String name, Booking booking, Outcome<LlmReply> outcome) {
        return of("plain, " + name, false, booking, List.of(Optional.of(outcome)));
    }

    private static Case stream(String name, Booking booking, Outcome<LlmReply> outcome) {
        return of("stream, " + name, true, booking, List.of(Optional.of(outcome)));
    }

    private static Case of(
            String name,
            boolean streamed,
            Booking booking,
            List<Optional<Outcome<LlmReply>>> attempts) {
        return new Case(
                name,
                streamed,
                attempts,
                booking.entries(),
                booking.estimated(),
                booking.prompts(),
                booking.input(),
                booking.output());
    }

    private record Booking(int entries, int estimated, long prompts, long input, long output) {
        static final Booking NOTHING = new Booking(0, 0, 0, 0, 0);

        static Booking exact(long input, long output) {
            return new Booking(1, 0, 0, input, output);
        }

        static Booking estimate(long prompts, long input, long output) {
            return new Booking(1, 1, prompts, input, output);
        }
    }

    private static final TokenUsage TOLD = TokenUsage.of(30, 12);
    private static final long USUAL = Used.EXPECTED_OUTPUT;

    static List<Case> cases() {
        var all = new ArrayList<Case>();
        for (boolean streamed : new boolean[] {false, true}) {
            String way = streamed ? "stream, " : "plain, ";
            long unseen = streamed ? 0 : USUAL;
            Booking guess = Booking.estimate(1, 0, unseen);
            all.add(one(way + "answered", streamed, Booking.exact(30, 12), success(TOLD)));
            all.add(one(way + "answered, nothing told", streamed, guess, success(none())));
            all.add(one(way + "answered, noughts", streamed, guess, success(TokenUsage.of(0, 0))));
            all.add(one(way + "a guard said no", streamed, Booking.NOTHING, refused()));
            for (Cause unsent :
                    List.of(
                            Cause.CANCELLED,
                            Cause.CONNECT_FAILED,
                            Cause.CONNECT_TIMEOUT,
                            Cause.EGRESS_DENIED,
                            Cause.NOT_OFFERED,
                            Cause.OVER_BUDGET)) {
                all.add(
                        one(
                                way + unsent + " before anything was sent",
                                streamed,
                                Booking.NOTHING,
                                failure(unsent, false)));
            }
            for (Cause acted :
                    List.of(
                            Cause.CANCELLED,
                            Cause.HEAD_TIMEOUT,
                            Cause.FIRST_PIECE_TIMEOUT,
                            Cause.IDLE_TIMEOUT,
                            Cause.DEADLINE,
                            Cause.CONNECTION_LOST,
                            Cause.MALFORMED)) {
                all.add(
                        one(
                                way + acted + " after it was sent",
                                streamed,
                                guess,
                                failure(acted, true)));
            }
            for (Cause said :
                    List.of(
                            Cause.SERVER_ERROR,
                            Cause.OVERLOADED,
                            Cause.RATE_LIMITED,
                            Cause.KEY_REJECTED,
                            Cause.INVALID_REQUEST)) {
                all.add(
                        one(
                                way + said + " said by the provider",
                                streamed,
                                Booking.NOTHING,
                                declined(said, none())));
            }
            all.add(
                    one(
                            way + "the model failed, which is told with its use",
                            streamed,
                            Booking.exact(30, 12),
                            declined(Cause.ANSWER_FAILED, TOLD)));
            all.add(of(way + "the adapter broke", streamed, guess, List.of(BROKE)));
            all.add(
                    of(
                            way + "failed over after an attempt that acted",
                            streamed,
                            new Booking(2, 1, 1, 30, unseen + 12),
                            List.of(
                                    Optional.of(failure(Cause.CONNECTION_LOST, true)),
                                    Optional.of(success(TOLD)))));
            all.add(
                    of(
                            way + "answered, and another beside it that lost",
                            streamed,
                            new Booking(2, 1, 1, 30, unseen + 12),
                            List.of(
                                    Optional.of(success(TOLD)),
                                    Optional.of(failure(Cause.CANCELLED, true)))));
            all.add(
                    of(
                            way + "answered by two",
                            streamed,
                            new Booking(2, 0, 0, 37, 17),
                            List.of(
                                    Optional.of(success(TOLD)),
                                    Optional.of(success(TokenUsage.of(7, 5))))));
            all.add(
                    of(
                            way + "failed over after errors, which are free",
                            streamed,
                            Booking.exact(30, 12),
                            List.of(
                                    Optional.of(declined(Cause.SERVER_ERROR, none())),
                                    Optional.of(failure(Cause.CONNECT_FAILED, false)),
                                    Optional.of(success(TOLD)))));
        }
        all.add(
                stream(
                        "its client left in the middle",
                        Booking.estimate(0, 30, 4),
                        streamed(Cause.CANCELLED, TokenUsage.of(30, 0).soFar(0, 4))));
        all.add(
                stream(
                        "cut in the middle",
                        Booking.estimate(0, 30, 4),
                        streamed(Cause.CONNECTION_LOST, TokenUsage.of(30, 0).soFar(0, 4))));
        all.add(
                stream(
                        "an error in the middle",
                        Booking.estimate(0, 30, 4),
                        declined(Cause.OVERLOADED, TokenUsage.of(30, 0).soFar(0, 4))));
        all.add(
                of(
                        "stream, continued by another",
                        true,
                        new Booking(2, 1, 0, 64, 4 + 9),
                        List.of(
                                Optional.of(
                                        streamed(
                                                Cause.CONNECTION_LOST,
                                                TokenUsage.of(30, 0).soFar(0, 4))),
                                Optional.of(success(TokenUsage.of(34, 9))))));
        all.add(
                plain(
                        "its parts were answered until one failed",
                        Booking.exact(30, 12),
                        streamed(Cause.CONNECT_FAILED, TOLD)));
        return all;
    }

    private static Case one(
            String name, boolean streamed, Booking booking, Outcome<LlmReply> outcome) {
        return of(name, streamed, booking, List.of(Optional.of(outcome)));
    }

    private static TokenUsage none() {
        return TokenUsage.UNKNOWN;
    }

    private static Outcome<LlmReply> success(TokenUsage usage) {
        return new Outcome.Success<>(
                reply(new Content.Streamed(), usage), usage.total(), Quota.UNKNOWN);
    }

    private static LlmReply reply(Content content, TokenUsage usage) {
        return new LlmReply(200, content, usage, "m", "stop", List.of());
    }

    private static Outcome<LlmReply> refused() {
        return new Outcome.Refusal<>(GuardName.BREAKER, Duration.ZERO, "open");
    }

    private static Outcome<LlmReply> failure(Cause cause, boolean acted) {
        return Outcome.Failure.of(fault(cause, acted));
    }

    private static Fault fault(Cause cause, boolean acted) {
        return Fault.of(cause, Scope.PROVIDER, Recovery.FAIL_OVER, acted, "in a test");
    }

    private static Outcome<LlmReply> declined(Cause cause, TokenUsage usage) {
        var words = new Content.Declined(Dialect.OPENAI, new byte[0], "code", "why");
        return new Outcome.Failure<>(
                fault(cause, true), Optional.of(reply(words, usage)), Quota.UNKNOWN);
    }

    private static Outcome<LlmReply> streamed(Cause cause, TokenUsage usage) {
        return new Outcome.Failure<>(
                fault(cause, usage.estimated()),
                Optional.of(reply(new Content.Streamed(), usage)),
                Quota.UNKNOWN);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void each_attempt_is_booked_at_what_it_may_have_cost(Case one) {
        RequestBody body = body(one.streamed(), "");
        OpenTab tab = opened(Operation.CHAT, body);

        for (Optional<Outcome<LlmReply>> outcome : one.attempts()) {
            attempt(Operation.CHAT, body, tab, outcome);
        }
        assertThat(books.costs().total().attempts()).as("while it is under way").isZero();
        tab.close();

        long input =
                one.prompts() * TokenEstimates.prompt(body.bytes(), Tokenizer.O200K) + one.input();
        assertBooked(one.entries(), one.estimated(), input, one.output());
    }

    /// The client, the credential and the books say the same, to the nano-dollar.
    private void assertBooked(int entries, int estimated, long input, long output) {
        CostTotals total = books.costs().total();
        assertThat(total.attempts()).as("entries").isEqualTo(entries);
        assertThat(total.estimated()).as("estimates").isEqualTo(estimated);
        assertThat(total.unpriced()).isZero();
        var amount = new Money(input * IN + output * OUT);
        assertThat(total.cost()).isEqualTo(amount);
        assertThat(books.budgets()).hasSize(2).extracting(BudgetStatus::used).containsOnly(amount);
    }

    @Test
    void an_answer_of_which_nothing_came_counts_as_no_more_than_its_client_allows() {
        RequestBody body = body(false, ",\"max_tokens\":7");
        OpenTab tab = opened(Operation.CHAT, body);

        attempt(Operation.CHAT, body, tab, Optional.of(failure(Cause.DEADLINE, true)));
        tab.close();

        assertBooked(1, 1, TokenEstimates.prompt(body.bytes(), Tokenizer.O200K), 7);
    }

    @Test
    void an_attempt_that_ends_after_its_call_is_booked_with_it() {
        RequestBody body = body(false, "");
        OpenTab tab = opened(Operation.CHAT, body);
        Dispatch<LlmRequest> loser = dispatch(Operation.CHAT, body, tab);

        assertThat(tab.begin()).isTrue();
        attempt(Operation.CHAT, body, tab, Optional.of(success(TOLD)));
        tab.close();
        assertThat(books.costs().total().attempts()).as("while one is under way").isZero();
        tab.end(loser, Optional.of(failure(Cause.CANCELLED, true)), Optional.empty());

        assertThat(books.costs().total().attempts()).isEqualTo(2);
        assertThat(books.costs().total().estimated()).isEqualTo(1);
    }

    @Test
    void nothing_is_sent_for_a_call_that_is_over() {
        RequestBody body = body(false, "");
        OpenTab tab = opened(Operation.CHAT, body);
        tab.close();

        Outcome<LlmReply> late =
                attempt(Operation.CHAT, body, tab, Optional.of(success(TOLD))).orElseThrow();

        assertThat(late).isEqualTo(Outcome.Failure.of(Fault.cancelled(false)));
        assertBooked(0, 0, 0, 0);
    }

    @Test
    void closing_twice_books_once() {
        RequestBody body = body(false, "");
        OpenTab tab = opened(Operation.CHAT, body);
        attempt(Operation.CHAT, body, tab, Optional.of(success(TOLD)));

        tab.close();
        tab.close();

        assertBooked(1, 0, 30, 12);
    }

    @Test
    void counting_tokens_is_free_and_holds_nothing_back() {
        RequestBody body = body(false, "");
        OpenTab tab = opened(Operation.COUNT_TOKENS, body);

        attempt(Operation.COUNT_TOKENS, body, tab, Optional.of(success(none())));
        assertThat(books.budgets()).extracting(BudgetStatus::used).containsOnly(Money.ZERO);
        tab.close();

        assertBooked(0, 0, 0, 0);
    }

    @Test
    void embeddings_have_no_output_to_estimate() {
        RequestBody body = body(false, "");
        OpenTab tab = opened(Operation.EMBEDDINGS, body);

        attempt(Operation.EMBEDDINGS, body, tab, Optional.of(failure(Cause.DEADLINE, true)));
        tab.close();

        assertBooked(1, 1, TokenEstimates.prompt(body.bytes(), Tokenizer.O200K), 0);
    }

    /// An embedding's price list says nothing of output.
    @Test
    void a_use_that_no_price_covers_is_charged_to_a_budget_at_the_most_it_may_cost() {
        subject = "text-embedding-3-small";
        RequestBody body = body(false, "");
        OpenTab tab = opened(Operation.EMBEDDINGS, body);

        attempt(Operation.EMBEDDINGS, body, tab, Optional.of(success(TokenUsage.of(30, 2))));
        tab.close();

        CostTotals total = books.costs().total();
        assertThat(total.unpriced()).isZero();
        assertThat(total.estimated()).isEqualTo(1);
        assertThat(total.cost()).isEqualTo(new Money(body.promptTokensEstimate() * 20));
        assertThat(books.budgets()).extracting(BudgetStatus::used).containsOnly(total.cost());
    }

    private OpenTab opened(Operation operation, RequestBody body) {
        return switch (books.open("ann", destination(), operation, body)) {
            case Opened.Granted granted -> granted.tab();
            case Opened.Refused refused -> throw new AssertionError(refused.toString());
            case Opened.Unpriced unpriced -> throw new AssertionError(unpriced.toString());
        };
    }

    /// One that costs a dollar at most.
    private static Destination destination() {
        return new FixedCeiling(Money.ofDollars("1"));
    }

    private Dispatch<LlmRequest> dispatch(Operation operation, RequestBody body, Tab tab) {
        var asking = new OpenAiClientDialect();
        var request =
                new LlmRequest(
                        operation,
                        asking.dialect(),
                        body,
                        Meaning.of(operation, body, asking),
                        true,
                        false,
                        HoldBack.NONE,
                        Downstream.NONE,
                        Companions.NONE,
                        tab);
        var call =
                new Call<>(
                        "req-1",
                        request,
                        Deadline.in(Duration.ofMinutes(1), time),
                        true,
                        Rank.NORMAL,
                        0);
        return new Dispatch<>(call, new UpstreamId("openai", "main"), subject, 1, time);
    }

    /// @return what it came to; empty where the adapter broke
    private Optional<Outcome<LlmReply>> attempt(
            Operation operation, RequestBody body, Tab tab, Optional<Outcome<LlmReply>> outcome) {
        Upstream<LlmRequest, LlmReply> behind =
                new Upstream<>() {
                    @Override
                    public UpstreamId id() {
                        return new UpstreamId("openai", "main");
                    }

                    @Override
                    public Outcome<LlmReply> send(Dispatch<LlmRequest> dispatch) {
                        return outcome.orElseThrow(() -> new IllegalStateException("broke"));
                    }
                };
        var upstream =
                new BudgetedUpstream(
                        behind, model -> new ModelName("openai", "openai", model), books);
        if (outcome.isEmpty()) {
            assertThatThrownBy(() -> upstream.send(dispatch(operation, body, tab)))
                    .hasMessage("broke");
            return Optional.empty();
        }
        return Optional.of(upstream.send(dispatch(operation, body, tab)));
    }

    private static RequestBody body(boolean streamed, String more) {
        byte[] bytes =
                ("{\"model\":\"m\",\"stream\":" + streamed + "," + SAYS + more + "}")
                        .getBytes(StandardCharsets.UTF_8);
        try {
            return RequestScan.scan(
                    bytes, new OpenAiClientDialect().scanRules(), ScanLimits.DEFAULT);
        } catch (InvalidBody invalid) {
            throw new AssertionError(Arrays.toString(bytes), invalid);
        }
    }
}
