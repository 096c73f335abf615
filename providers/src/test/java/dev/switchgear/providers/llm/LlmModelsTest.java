package dev.switchgear.providers.llm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.Timeouts;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.time.ManualTime;
import dev.switchgear.core.vault.Secret;
import dev.switchgear.providers.Played;
import dev.switchgear.providers.PlayedTransport;
import dev.switchgear.providers.TestCalls;
import dev.switchgear.providers.openai.OpenAiProvider;
import dev.switchgear.wire.Endpoint;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class LlmModelsTest {
    private final ManualTime time = new ManualTime();

    @Test
    void the_ids_of_a_servers_models_are_listed() {
        Played played =
                Played.json(
                        200,
                        """
                        {"object":"list","data":[
                          {"id":"gpt-4o","object":"model","created":1,"owned_by":"openai"},
                          {"id":"local/qwen","permission":[{"id":"p"}],"meta":{"id":"m"}}]}\
                        """);
        var transport = PlayedTransport.answering(played, time);

        Outcome<List<String>> outcome = list(transport);

        assertThat(outcome).isInstanceOf(Outcome.Success.class);
        assertThat(((Outcome.Success<List<String>>) outcome).value())
                .containsExactly("gpt-4o", "local/qwen");
        assertThat(transport.sent().getFirst().method()).isEqualTo("GET");
        assertThat(transport.sent().getFirst().path()).isEqualTo("/models");
        assertThat(transport.atRest()).isTrue();
    }

    @Test
    void what_is_no_list_is_a_failure_and_so_is_an_error() {
        assertThat(cause(Played.json(200, "{\"data\":{}}"))).isEqualTo(Cause.MALFORMED);
        assertThat(cause(Played.json(200, "{\"data\":["))).isEqualTo(Cause.MALFORMED);
        assertThat(cause(Played.json(200, ""))).isEqualTo(Cause.MALFORMED);
        assertThat(cause(Played.json(401, "{\"error\":\"Unauthorized\"}")))
                .isEqualTo(Cause.KEY_REJECTED);
    }

    private Cause cause(Played played) {
        Outcome<List<String>> outcome = list(PlayedTransport.answering(played, time));
        assertThat(outcome).isInstanceOf(Outcome.Failure.class);
        return ((Outcome.Failure<List<String>>) outcome).fault().cause();
    }

    private Outcome<List<String>> list(PlayedTransport transport) {
        return new LlmModels(
                        new LlmAccount(
                                new UpstreamId("openai", "main"),
                                OpenAiProvider.openAi(
                                        TestCalls.at(
                                                new Endpoint(
                                                        Endpoint.Scheme.HTTPS,
                                                        "api.openai.com",
                                                        443,
                                                        "/v1")),
                                        LlmQuirks.NONE),
                                Optional.of(Secret.of("canary")),
                                transport),
                        Timeouts.DEFAULT,
                        time)
                .list(Deadline.in(Duration.ofSeconds(5), time));
    }
}
