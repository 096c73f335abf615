package dev.switchgear.server.edge.own;

import dev.switchgear.families.llm.dialect.ClientDialect;
import dev.switchgear.families.llm.dialect.own.OwnClient;
import dev.switchgear.server.admin.OwnApi;
import dev.switchgear.server.edge.HttpExchange;
import dev.switchgear.server.edge.Problem;
import dev.switchgear.server.edge.llm.LlmProtocol;
import java.util.Optional;

/// The manners of our own API, where it carries calls. Stateless; thread-safe.
final class OwnProtocol implements LlmProtocol {
    private static final ClientDialect DIALECT = new OwnClient();

    private final OwnApi manners = new OwnApi();

    @Override
    public ClientDialect dialect() {
        return DIALECT;
    }

    @Override
    public Optional<String> key(HttpExchange exchange) {
        return manners.key(exchange);
    }

    @Override
    public byte[] render(Problem problem, String requestId) {
        return manners.render(problem, requestId);
    }
}
