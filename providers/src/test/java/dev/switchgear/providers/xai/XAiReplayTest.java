package dev.switchgear.providers.xai;

import dev.switchgear.core.call.Cause;
import dev.switchgear.providers.RecordedExchanges;
import dev.switchgear.providers.Recording;
import dev.switchgear.providers.TestCalls;
import dev.switchgear.providers.llm.LlmProvider;
import dev.switchgear.wire.Endpoint;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/// xAI's recorded chats, of which only the answers were kept.
final class XAiReplayTest extends RecordedExchanges {
    private static final String FOLDER = "xai/vercel-ai-fixtures/";

    @Override
    protected LlmProvider provider() {
        return XAiProvider.xAi(TestCalls.at(Endpoint.parse(XAiProvider.BASE)));
    }

    @Override
    protected List<Recording> exchanges() throws IOException {
        return List.of(
                Recording.chatAnswer(FOLDER + "xai-text.json"),
                Recording.chatAnswer(FOLDER + "xai-text.chunks.txt"),
                Recording.chatAnswer(FOLDER + "xai-tool-call.json"),
                Recording.chatAnswer(FOLDER + "xai-tool-call.chunks.txt"));
    }

    @Override
    protected Map<Integer, Cause> causes() {
        return Map.of();
    }
}
