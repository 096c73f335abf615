package dev.switchgear.server.api.llm.responses;

import dev.switchgear.dialects.responses.ResponsesClientDialect;
import dev.switchgear.families.llm.dialect.ClientDialect;
import dev.switchgear.server.api.Problem;
import dev.switchgear.server.api.llm.LlmProtocol;
import dev.switchgear.server.api.llm.openai.OpenAiProtocol;
import dev.switchgear.server.door.HttpExchange;
import java.util.Optional;

/// How Responses shows keys and words errors: as the rest of OpenAI's API. Stateless.
public final class ResponsesProtocol implements LlmProtocol {
    private static final OpenAiProtocol OPENAI = new OpenAiProtocol();
    private static final ClientDialect DIALECT = new ResponsesClientDialect();

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
