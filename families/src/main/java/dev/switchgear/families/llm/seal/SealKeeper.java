package dev.switchgear.families.llm.seal;

import dev.switchgear.core.time.Time;
import java.util.Optional;

/// What is remembered of sealed thoughts, of all clients, each for itself. It survives every new
/// configuration, and no restart. Thread-safe.
public final class SealKeeper {
    private final SealBook book;
    private final ThoughtStore store;

    public SealKeeper(Time time) {
        this.book = new SealBook(time);
        this.store = new ThoughtStore(time);
    }

    /// What is remembered for the client of that name, and for nobody else.
    public ClientSeals of(String client) {
        return new KeptSeals(client, book, store);
    }

    private record KeptSeals(String client, SealBook book, ThoughtStore store)
            implements ClientSeals {
        @Override
        public Optional<SealMaker> maker(String value) {
            return book.maker(client, value);
        }

        @Override
        public void made(String value, SealMaker maker) {
            book.made(client, value, maker);
        }

        @Override
        public Optional<KeptThoughts> thoughts(String answer) {
            return store.of(client, answer);
        }

        @Override
        public void keep(String answer, KeptThoughts thoughts) {
            store.keep(client, answer, thoughts);
        }
    }
}
