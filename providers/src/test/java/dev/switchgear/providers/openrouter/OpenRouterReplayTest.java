package dev.switchgear.providers.openrouter;

import dev.switchgear.core.call.Cause;
import dev.switchgear.providers.RecordedExchanges;
import dev.switchgear.providers.Recording;
import dev.switchgear.providers.TestCalls;
import dev.switchgear.providers.llm.LlmProvider;
import dev.switchgear.wire.Endpoint;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/// OpenRouter's recorded chats, with its comments, its three forms of usage and its late error.
final class OpenRouterReplayTest extends RecordedExchanges {
    @Override
    protected LlmProvider provider() {
        return OpenRouterProvider.openRouter(TestCalls.at(Endpoint.parse(OpenRouterProvider.BASE)));
    }

    @Override
    protected List<Recording> exchanges() throws IOException {
        return recorded("openrouter");
    }

    @Override
    protected boolean breaksOff(Recording exchange) {
        return exchange.id().equals("chat.stream-error.pa0");
    }

    @Override
    protected Map<Integer, Cause> causes() {
        return Map.of(401, Cause.KEY_REJECTED, 429, Cause.RATE_LIMITED);
    }
}
