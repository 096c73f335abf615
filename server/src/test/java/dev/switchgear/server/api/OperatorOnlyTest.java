package dev.switchgear.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.call.Rank;
import dev.switchgear.identity.Client;
import dev.switchgear.server.api.HttpRoute.Access;
import dev.switchgear.server.api.own.OwnProtocol;
import dev.switchgear.server.door.ResponseHead;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OperatorOnlyTest {
    private static final Client APP = new Client("app", Rank.NORMAL);
    private static final Client HEAD_OF_IT = new Client("head-of-it", Rank.NORMAL, true);

    private final FakeExchange exchange = new FakeExchange("GET", "/api/switches", "");

    @ParameterizedTest
    @CsvSource({
        "OPERATOR, true, 200",
        "OPERATOR, false, 403",
        "CLIENT, true, 200",
        "CLIENT, false, 200",
    })
    void what_operators_may_others_may_not(Access access, boolean operator, int status) {
        ask(access, Optional.of(operator ? HEAD_OF_IT : APP));

        assertThat(exchange.status()).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({"OPERATOR", "CLIENT"})
    void a_stranger_is_asked_for_a_key_first(Access access) {
        ask(access, Optional.empty());

        assertThat(exchange.status()).isEqualTo(401);
    }

    private void ask(Access access, Optional<Client> who) {
        var protocol = new OwnProtocol();
        var route =
                new HttpRoute(
                        "GET",
                        "/api/switches",
                        access,
                        protocol,
                        visit -> visit.exchange().respond(ResponseHead.of(200), new byte[0]));
        new HttpRoutes(List.of(route), (_, _) -> who, protocol, new Random(1), (_, _) -> {})
                .handle(exchange);
    }
}
