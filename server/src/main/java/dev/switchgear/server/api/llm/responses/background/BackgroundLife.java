package dev.switchgear.server.api.llm.responses.background;

import dev.switchgear.server.api.llm.responses.heard.InnerExchange;
import dev.switchgear.server.door.BodyBudget;

/// A call that lives as long as a response in the background does. Thread-safe.
///
/// @param memory what is made of its body is reserved here, and given back when it is over
public record BackgroundLife(BackgroundRun run, BodyBudget.Share memory)
        implements InnerExchange.Life {
    @Override
    public boolean gone() {
        return run.cancelled();
    }

    @Override
    public boolean closing() {
        return run.closing();
    }

    @Override
    public BodyBudget.Room room(long bytes) {
        try {
            return memory.await(bytes, bytes <= BodyBudget.SMALL);
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
            return BodyBudget.Room.LATER;
        }
    }
}
