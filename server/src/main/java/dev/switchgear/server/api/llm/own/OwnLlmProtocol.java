package dev.switchgear.server.api.llm.own;

import dev.switchgear.dialects.own.OwnClientDialect;
import dev.switchgear.families.llm.dialect.ClientDialect;
import dev.switchgear.server.api.Problem;
import dev.switchgear.server.api.llm.LlmProtocol;
import dev.switchgear.server.api.own.OwnProtocol;
import dev.switchgear.server.door.HttpExchange;
import java.util.Optional;

/// The manners of our own API, where it carries calls. Stateless; thread-safe.
final class OwnLlmProtocol implements LlmProtocol {
    private static final ClientDialect DIALECT = new OwnClientDialect();

    private final OwnProtocol manners = new OwnProtocol();

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
