package dev.switchgear.providers.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.call.Call;
import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.Dispatch;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.Quota;
import dev.switchgear.core.call.Rank;
import dev.switchgear.core.call.Timeouts;
import dev.switchgear.core.call.Upstream;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.time.Threads;
import dev.switchgear.core.time.Time;
import dev.switchgear.core.vault.Secret;
import dev.switchgear.dialects.anthropic.AnthropicClientDialect;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.call.HoldBack;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.families.llm.call.Meaning;
import dev.switchgear.families.llm.scan.RequestScan;
import dev.switchgear.families.llm.scan.ScanLimits;
import dev.switchgear.families.llm.tokens.TokenUsage;
import dev.switchgear.providers.ListeningClient;
import dev.switchgear.providers.Played;
import dev.switchgear.providers.PlayedTransport;
import dev.switchgear.providers.ProviderContract;
import dev.switchgear.providers.TestCalls;
import dev.switchgear.providers.llm.LlmAccount;
import dev.switchgear.providers.llm.LlmModels;
import dev.switchgear.providers.llm.LlmProvider;
import dev.switchgear.providers.llm.LlmUpstream;
import dev.switchgear.wire.Endpoint;
import dev.switchgear.wire.OutgoingRequest;
import dev.switchgear.wire.Transport;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class AnthropicUpstreamTest extends ProviderContract {
    private static final Endpoint ENDPOINT =
            new Endpoint(Endpoint.Scheme.HTTPS, "api.anthropic.com", 443, "");
    private static final LlmProvider ANTHROPIC =
            AnthropicProvider.anthropic(TestCalls.at(ENDPOINT));

    @Override
    protected Upstream<LlmRequest, LlmReply> upstream(
            Transport transport, Timeouts timeouts, Time clock) {
        return new LlmUpstream(
                new LlmAccount(
                        new UpstreamId("anthropic", "main"),
                        ANTHROPIC,
                        Optional.of(Secret.of(SECRET)),
                        transport),
                timeouts,
                clock,
                Threads.virtual());
    }

    @Override
    protected Dialect dialect() {
        return Dialect.ANTHROPIC;
    }

    @Override
    protected String request(boolean streamed) {
        return quoted(
                "{ 'x_unknown': [1, {'a':null}], 'model' : 'client-model',\n'stream':"
                        + streamed
                        + ",'max_tokens':100,'messages':[{'role':'user','content':'ü'}]}");
    }

    /// As the reference has it, section 3.
    @Override
    protected String answer() {
        return quoted(
                "{'id':'msg_01','type':'message','role':'assistant','model':'claude-x','content':["
                        + "{'type':'text','text':'Let me look. ü'},{'type':'tool_use','id':"
                        + "'toolu_01','name':'weather','input':{'city':'Berlin'},"
                        + "'caller':{'type':'direct'}}],'stop_reason':'tool_use',"
                        + "'stop_sequence':null,'usage':{'input_tokens':598,"
                        + "'cache_creation_input_tokens':30,'cache_read_input_tokens':40,"
                        + "'cache_creation':{'ephemeral_5m_input_tokens':10,"
                        + "'ephemeral_1h_input_tokens':20},'output_tokens':92,"
                        + "'output_tokens_details':{'thinking_tokens':53}}}");
    }

    @Override
    protected TokenUsage answerUsage() {
        return new TokenUsage(598, 40, 10, 20, 0, 0, 39, 53, 0, 0, false);
    }

    /// As the reference has it, section 4: padded, and with a ping.
    @Override
    protected List<String> stream() {
        return List.of(
                event(
                        "message_start",
                        "{'type':'message_start','message':{'id':'msg_01','type':'message',"
                                + "'role':'assistant','model':'claude-x','content':[],"
                                + "'stop_reason':null,'usage':{'input_tokens':9,"
                                + "'output_tokens':1}}    }"),
                event(
                        "content_block_start",
                        "{'type':'content_block_start','index':0,"
                                + "'content_block':{'type':'text','text':''}  }"),
                event("ping", "{'type': 'ping'}"),
                event(
                        "content_block_delta",
                        "{'type':'content_block_delta','index':0,"
                                + "'delta':{'type':'text_delta','text':'Hé'}  }"),
                event(
                        "content_block_delta",
                        "{'type':'content_block_delta','index':0,"
                                + "'delta':{'type':'text_delta','text':'llo'}}"),
                event("content_block_stop", "{'type':'content_block_stop','index':0   }"),
                event(
                        "message_delta",
                        "{'type':'message_delta','delta':{'stop_reason':'end_turn',"
                                + "'stop_sequence':null},'usage':{'output_tokens':12}}"),
                event("message_stop", "{'type':'message_stop'     }"));
    }

    @Override
    protected int firstToken() {
        return 3;
    }

    @Override
    protected TokenUsage streamUsage() {
        return TokenUsage.of(9, 12);
    }

    @Override
    protected String errorEvent() {
        return event(
                "error",
                "{'type':'error','error':{'type':'overloaded_error','message':'Overloaded'},"
                        + "'request_id':'req_1'}");
    }

    @Override
    protected String ping() {
        return event("ping", "{'type': 'ping'}");
    }

    @Override
    protected Map<Cause, Played> errors() {
        return Map.of(
                Cause.KEY_REJECTED,
                error(401, "authentication_error", "invalid x-api-key"),
                Cause.ACCOUNT_EXHAUSTED,
                error(402, "billing_error", "pay"),
                Cause.FORBIDDEN,
                error(403, "permission_error", "OAuth is not allowed for this organization"),
                Cause.SUBJECT_UNKNOWN,
                error(404, "not_found_error", "model: claude-y"),
                Cause.RATE_LIMITED,
                error(429, "rate_limit_error", "slow down"),
                Cause.SERVER_ERROR,
                error(500, "api_error", "Internal server error"),
                Cause.OVERLOADED,
                error(529, "overloaded_error", "Overloaded"),
                Cause.TOO_LARGE,
                error(
                        400,
                        "invalid_request_error",
                        "prompt is too long: 3333404 tokens > 200000 maximum"),
                Cause.INVALID_REQUEST,
                error(400, "invalid_request_error", "max_tokens: Field required"));
    }

    private static Played error(int status, String type, String message) {
        return Played.json(
                status,
                quoted(
                        "{'type':'error','error':{'type':'"
                                + type
                                + "','message':'"
                                + message
                                + "'},'request_id':'req_1'}"));
    }

    private static String event(String name, String data) {
        return "event: " + name + "\ndata: " + quoted(data) + "\n\n";
    }

    private static String quoted(String json) {
        return json.replace('\'', '"');
    }

    private LlmRequest asked(Operation operation, String body, boolean passable)
            throws InvalidBody {
        var scanned =
                RequestScan.scan(
                        utf8(quoted(body)),
                        new AnthropicClientDialect().scanRules(),
                        ScanLimits.DEFAULT);
        return new LlmRequest(
                operation,
                Dialect.ANTHROPIC,
                scanned,
                Meaning.of(operation, scanned, new AnthropicClientDialect()),
                passable,
                false,
                HoldBack.NONE,
                ListeningClient.patient(),
                Map.of("anthropic-beta", "a,b"),
                "");
    }

    private Outcome<LlmReply> send(PlayedTransport transport, LlmRequest request) {
        var call =
                new Call<>(
                        "r",
                        request,
                        Deadline.in(Duration.ofMinutes(1), time),
                        true,
                        Rank.NORMAL,
                        0);
        return send(transport, new Dispatch<>(call, TestCalls.UPSTREAM, "provider-model", 1, time));
    }

    @Test
    void the_request_carries_the_key_the_version_and_the_clients_betas() throws Exception {
        var transport = PlayedTransport.answering(Played.json(200, answer()), time);

        success(send(transport, asked(Operation.CHAT, request(false), true)));

        OutgoingRequest sent = transport.sent().getFirst();
        assertThat(sent.method() + " " + sent.path()).isEqualTo("POST /v1/messages");
        assertThat(sent.headers().all("x-api-key")).containsExactly(SECRET);
        assertThat(sent.headers().first("authorization")).isEmpty();
        assertThat(sent.headers().all("anthropic-version")).containsExactly("2023-06-01");
        assertThat(sent.headers().all("anthropic-beta")).containsExactly("a,b");
    }

    @Test
    void what_another_provider_reasoned_is_not_sent_to_be_refused() throws Exception {
        var transport = PlayedTransport.answering(Played.json(200, answer()), time);
        String body =
                "{'model':'m','max_tokens':1,'messages':[{'role':'user','content':'a'},"
                        + "{'role':'assistant','content':[{'type':'thinking','thinking':'hm',"
                        + "'signature':''},{'type':'text','text':'b'}]},"
                        + "{'role':'user','content':'c'}]}";

        success(send(transport, asked(Operation.CHAT, body, true)));

        assertThat(new String(transport.sent().getFirst().body(), StandardCharsets.UTF_8))
                .doesNotContain("thinking")
                .contains("\"text\":\"b\"");
    }

    @Test
    void tokens_are_counted_by_the_provider() throws Exception {
        String body = "{'model':'m','messages':[{'role':'user','content':'a'}]}";
        for (boolean passable : new boolean[] {true, false}) {
            var transport =
                    PlayedTransport.answering(Played.json(200, quoted("{'input_tokens':7}")), time);

            var success = success(send(transport, asked(Operation.COUNT_TOKENS, body, passable)));

            assertThat(transport.sent().getFirst().path()).isEqualTo("/v1/messages/count_tokens");
            switch (success.value().content()) {
                case LlmReply.Content.Counted counted -> assertThat(counted.tokens()).isEqualTo(7);
                default ->
                        assertThat(bytes(success.value())).isEqualTo(utf8("{\"input_tokens\":7}"));
            }
        }
    }

    @Test
    void what_is_left_of_the_limits_is_read_with_moments_made_durations() {
        String reset = time.instant().plusSeconds(90).toString();
        Played limited =
                Played.json(200, answer())
                        .header("anthropic-ratelimit-requests-remaining", "49")
                        .header("anthropic-ratelimit-requests-reset", reset)
                        .header("anthropic-ratelimit-input-tokens-remaining", "9000")
                        .header("anthropic-ratelimit-output-tokens-remaining", "800")
                        .header("anthropic-ratelimit-output-tokens-reset", reset);

        var both = success(send(PlayedTransport.answering(limited, time), plain()));
        var nearest =
                success(
                        send(
                                PlayedTransport.answering(
                                        limited.header("anthropic-ratelimit-tokens-remaining", "5")
                                                .header("anthropic-ratelimit-tokens-reset", "soon"),
                                        time),
                                plain()));

        assertThat(both.quota())
                .isEqualTo(new Quota(49, Duration.ofSeconds(90), 800, Duration.ofSeconds(90)));
        assertThat(nearest.quota())
                .isEqualTo(new Quota(49, Duration.ofSeconds(90), 5, Duration.ZERO));
    }

    @Test
    void a_spent_limit_says_how_long_to_wait() {
        Played told = error(429, "rate_limit_error", "x").header("retry-after", "12");
        Played silent =
                error(429, "rate_limit_error", "x")
                        .header("anthropic-ratelimit-input-tokens-remaining", "0")
                        .header(
                                "anthropic-ratelimit-input-tokens-reset",
                                time.instant().plusSeconds(33).toString());

        assertThat(failure(send(PlayedTransport.answering(told, time), plain())).fault())
                .satisfies(
                        fault -> assertThat(fault.retryAfter()).isEqualTo(Duration.ofSeconds(12)));
        assertThat(failure(send(PlayedTransport.answering(silent, time), plain())).fault())
                .satisfies(
                        fault -> assertThat(fault.retryAfter()).isEqualTo(Duration.ofSeconds(33)));
    }

    @Test
    void a_limit_on_spending_is_no_limit_on_rate() {
        Played spent =
                Played.json(
                        429,
                        quoted(
                                "{'error':{'details':{'error_code':'enforced_spend_limit_reached'},"
                                        + "'type':'rate_limit_error','message':'limit'},"
                                        + "'type':'error'}"));
        Played broke =
                error(400, "invalid_request_error", "Your credit balance is too low to go on");

        for (Played played : List.of(spent, broke)) {
            var failure = failure(send(PlayedTransport.answering(played, time), plain()));

            assertThat(failure.fault().cause()).isEqualTo(Cause.ACCOUNT_EXHAUSTED);
        }
        assertThat(failure(send(PlayedTransport.answering(spent, time), plain())).reply())
                .hasValueSatisfying(
                        reply -> assertThat(reply.content().toString()).contains("enforced"));
    }

    @Test
    void its_models_are_listed_on_one_page() {
        var transport =
                PlayedTransport.answering(
                        Played.json(
                                200,
                                quoted(
                                        "{'data':[{'type':'model','id':'claude-x',"
                                                + "'display_name':'X','capabilities':{'id':'no'}}],"
                                                + "'has_more':false,'first_id':'claude-x',"
                                                + "'last_id':'claude-x'}")),
                        time);

        Outcome<List<String>> models =
                new LlmModels(
                                new LlmAccount(
                                        new UpstreamId("anthropic", "main"),
                                        ANTHROPIC,
                                        Optional.of(Secret.of(SECRET)),
                                        transport),
                                TIMEOUTS,
                                time)
                        .list(Deadline.in(Duration.ofSeconds(5), time));

        assertThat(models).isInstanceOf(Outcome.Success.class);
        assertThat(((Outcome.Success<List<String>>) models).value()).containsExactly("claude-x");
        assertThat(transport.sent().getFirst().path()).isEqualTo("/v1/models?limit=1000");
        assertThat(transport.sent().getFirst().headers().first("anthropic-version")).isPresent();
    }
}
