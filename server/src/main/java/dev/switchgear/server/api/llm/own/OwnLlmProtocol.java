package dev.switchgear.server.api.llm.own;

import dev.switchgear.dialects.own.OwnClientDialect;
import dev.switchgear.families.llm.dialect.ClientDialect;
import dev.switchgear.server.api.Problem;
import dev.switchgear.server.api.llm.LlmProtocol;
import dev.switchgear.server.api.own.OwnProtocol;

/// The manners of our own API, where it carries calls. Stateless; thread-safe.
final class OwnLlmProtocol implements LlmProtocol {
    private static final ClientDialect DIALECT = new OwnClientDialect();

    private final OwnProtocol manners = new OwnProtocol();

    @Override
    public ClientDialect dialect() {
        return DIALECT;
    }

    @Override
    public String code(Problem problem) {
        return manners.code(problem);
    }

    @Override
    public byte[] render(Problem problem, String requestId) {
        return manners.render(problem, requestId);
    }
}
