package dev.switchgear.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.call.Rank;
import dev.switchgear.identity.Client;
import dev.switchgear.server.api.own.OwnProtocol;
import dev.switchgear.server.door.ResponseHeader;
import dev.switchgear.server.names.SgCode;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class VisitTest {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final FakeExchange exchange = new FakeExchange("POST", "/api/providers/a/test", "");
    private final Visit visit =
            new Visit(
                    exchange,
                    new Client("app", Rank.NORMAL),
                    "a/test",
                    "req_1",
                    "00-trace",
                    new OwnProtocol());

    @Test
    void a_refusal_says_how_long_to_wait_on_every_page() {
        Problem problem =
                Problem.of(SgCode.OVER_LIMIT, "rate_limit_exceeded", "You are over your limit.")
                        .with(
                                List.of(
                                        new ResponseHeader("retry-after", "3"),
                                        new ResponseHeader("x-should-retry", "true")));

        visit.refuse(problem);

        assertThat(exchange.status()).isEqualTo(429);
        assertThat(exchange.answered("retry-after")).contains("3");
        assertThat(exchange.answered("x-should-retry")).contains("true");
        assertThat(exchange.answered("x-request-id")).contains("req_1");
        assertThat(exchange.answered("traceparent")).contains("00-trace");
    }

    @Test
    void our_own_page_tells_the_code_apart_and_at_the_end_of_the_message() {
        visit.refuse(Problem.of(SgCode.OVER_LIMIT, "rate_limit_exceeded", "You are over it."));

        JsonNode error = JSON.readTree(exchange.answer()).path("error");
        assertThat(error.path("code").asString()).isEqualTo("SG-1202");
        assertThat(error.path("statusCode").asInt()).isEqualTo(429);
        assertThat(error.path("message").asString()).isEqualTo("You are over it. (SG-1202)");
        assertThat(error.path("details").has("providerCode")).isFalse();
    }

    @Test
    void what_somebody_else_said_is_repeated_with_the_code_it_came_with() {
        visit.refuse(
                Problem.repeated(
                        SgCode.DECLINED, 422, "context_length_exceeded", "The prompt is too long"));

        JsonNode error = JSON.readTree(exchange.answer()).path("error");
        assertThat(exchange.status()).isEqualTo(422);
        assertThat(error.path("code").asString()).isEqualTo("SG-1417");
        assertThat(error.path("message").asString()).isEqualTo("The prompt is too long");
        assertThat(error.path("details").path("providerCode").asString())
                .isEqualTo("context_length_exceeded");
    }
}
