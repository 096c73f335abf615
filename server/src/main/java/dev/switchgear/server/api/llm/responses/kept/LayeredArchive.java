package dev.switchgear.server.api.llm.responses.kept;

import java.util.Optional;

/// What was left on one connection, and behind it what the client left with us at all. Thread-safe as its
/// layers are.
///
/// @param local is asked first; documents are put into it, and taken away from both
public record LayeredArchive(Archive local, Archive store) implements Archive {
    @Override
    public boolean keeps() {
        return local.keeps() || store.keeps();
    }

    @Override
    public void put(String client, String id, byte[] content) {
        local.put(client, id, content);
    }

    @Override
    public Optional<byte[]> get(String client, String id) {
        return local.get(client, id).or(() -> store.get(client, id));
    }

    @Override
    public Optional<Holding> holding(String client, String item) {
        return local.holding(client, item).or(() -> store.holding(client, item));
    }

    @Override
    public boolean remove(String client, String id) {
        boolean here = local.remove(client, id);
        return store.remove(client, id) || here;
    }
}
