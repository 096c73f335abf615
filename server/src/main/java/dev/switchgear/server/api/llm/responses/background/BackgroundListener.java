package dev.switchgear.server.api.llm.responses.background;

import dev.switchgear.server.api.llm.responses.heard.AnswerListener;
import dev.switchgear.server.door.ResponseHead;

/// Hears an answer for a response in the background.
public record BackgroundListener(BackgroundRun run) implements AnswerListener {
    @Override
    public void whole(ResponseHead head, byte[] json) {
        run.whole(head, json);
    }

    @Override
    public void begins(ResponseHead head) {
        run.admitted();
    }

    @Override
    public boolean event(byte[] json) {
        return run.event(json);
    }

    @Override
    public void ends() {
        // How it ended stands in its last event; without one, the run says that there was none.
    }
}
