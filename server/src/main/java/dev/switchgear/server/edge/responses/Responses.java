package dev.switchgear.server.edge.responses;

import dev.switchgear.families.llm.dialect.ClientDialect;
import dev.switchgear.families.llm.dialect.responses.ResponsesClient;
import dev.switchgear.server.edge.HttpExchange;
import dev.switchgear.server.edge.Problem;
import dev.switchgear.server.edge.llm.LlmProtocol;
import dev.switchgear.server.edge.openai.OpenAi;
import java.util.Optional;

/// How Responses shows keys and words errors: as the rest of OpenAI's API. Stateless.
public final class Responses implements LlmProtocol {
    private static final OpenAi OPENAI = new OpenAi();
    private static final ClientDialect DIALECT = new ResponsesClient();

    @Override
    public ClientDialect dialect() {
        return DIALECT;
    }

    @Override
    public Optional<String> key(HttpExchange exchange) {
        return OPENAI.key(exchange);
    }

    @Override
    public byte[] render(Problem problem, String requestId) {
        return OPENAI.render(problem, requestId);
    }
}
