package dev.switchgear.providers.deepseek;

import dev.switchgear.core.call.Cause;
import dev.switchgear.providers.RecordedExchanges;
import dev.switchgear.providers.Recording;
import dev.switchgear.providers.TestCalls;
import dev.switchgear.providers.llm.LlmProvider;
import dev.switchgear.walls.RecordedFolders;
import dev.switchgear.wire.Endpoint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// DeepSeek's recorded chats.
final class DeepSeekReplayTest extends RecordedExchanges {
    private static final String FOLDER = "deepseek/vercel-ai-fixtures/";

    @Override
    protected LlmProvider provider() {
        return DeepSeekProvider.deepSeek(TestCalls.at(Endpoint.parse(DeepSeekProvider.BASE)));
    }

    @Override
    protected List<Recording> exchanges() throws IOException {
        var all = new ArrayList<Recording>(recorded("deepseek"));
        if (RecordedFolders.areReal()) {
            all.add(Recording.chatAnswer(FOLDER + "deepseek-json.json"));
            all.add(Recording.chatAnswer(FOLDER + "deepseek-tool-call.json"));
            all.add(Recording.chatAnswer(FOLDER + "deepseek-tool-call.chunks.txt"));
        }
        return all;
    }

    @Override
    protected Map<Integer, Cause> causes() {
        return Map.of(401, Cause.KEY_REJECTED);
    }
}
