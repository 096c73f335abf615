package dev.switchgear.server.api.llm;

import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.call.Meaning;
import dev.switchgear.server.api.Problem;
import dev.switchgear.server.door.HttpExchange;
import java.util.Optional;

/// Reserves memory before a body is read into no dialect's words: what is made of it, the texts and the
/// request in the provider's words, is several times as large. Thread-safe.
final class TranslationRoom implements Meaning.Room {
    /// How many times the size of a body its translation takes at most, beside the body and its copy.
    static final int TIMES = 6;

    private final HttpExchange exchange;
    private volatile Optional<Problem> problem = Optional.empty();

    TranslationRoom(HttpExchange exchange) {
        this.exchange = exchange;
    }

    @Override
    public void enter() throws InvalidBody {
        Optional<Problem> why =
                switch (exchange.room((long) exchange.body().length * TIMES)) {
                    case GRANTED -> Optional.empty();
                    case LATER -> Optional.of(LlmProblems.FULL);
                    case NEVER -> Optional.of(LlmProblems.TOO_LARGE_TO_TRANSLATE);
                };
        if (why.isPresent()) {
            problem = why;
            throw InvalidBody.of(why.get().text());
        }
    }

    /// Why it was not translated; empty where it was, or need not be.
    Optional<Problem> problem() {
        return problem;
    }
}
