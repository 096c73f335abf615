package dev.switchgear.server.api.llm;

import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.call.Meaning;
import dev.switchgear.server.door.HttpExchange;
import java.util.concurrent.atomic.AtomicBoolean;

/// Reserves memory before a body is read into no dialect's words: what is made of it, the texts and the
/// request in the provider's words, is several times as large. Thread-safe.
final class TranslationRoom implements Meaning.Room {
    /// How many times the size of a body its translation takes at most, beside the body and its copy.
    static final int TIMES = 6;

    private final HttpExchange exchange;
    private final AtomicBoolean refused = new AtomicBoolean();

    TranslationRoom(HttpExchange exchange) {
        this.exchange = exchange;
    }

    @Override
    public void enter() throws InvalidBody {
        if (!exchange.room((long) exchange.body().length * TIMES)) {
            refused.set(true);
            throw InvalidBody.of("there is no memory to translate it now");
        }
    }

    /// Whether there was none.
    boolean refused() {
        return refused.get();
    }
}
