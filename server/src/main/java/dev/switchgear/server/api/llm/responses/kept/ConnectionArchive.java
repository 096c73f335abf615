package dev.switchgear.server.api.llm.responses.kept;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// What was answered on one connection, asked to be stored or not: it lies with everything else that
/// clients leave with us, and within the same bounds, where only this connection finds it; and goes with
/// it. Thread-safe.
public final class ConnectionArchive implements Archive {
    /// No client has a name with this in it: names of clients are one line.
    private static final char APART = '\n';

    /// Whose it is: the client itself, of whatever lies on one of its connections.
    static String owner(String client) {
        int apart = client.indexOf(APART);
        return apart < 0 ? client : client.substring(0, apart);
    }

    private final Archive all;
    private final String connection;

    private record Kept(String client, String id) {}

    // Guarded by this: what is kept, and in which lane it was answered.
    private final Map<Kept, String> kept = new HashMap<>();
    private boolean closed;

    /// @param connection a name that no other one has
    public ConnectionArchive(Archive all, String connection) {
        this.all = all;
        this.connection = connection;
    }

    private String here(String client) {
        return client + APART + connection;
    }

    @Override
    public boolean keeps() {
        return all.keeps();
    }

    @Override
    public void put(String client, String id, byte[] content) {
        put(client, id, content, "");
    }

    private synchronized void put(String client, String id, byte[] content, String lane) {
        if (!closed) {
            kept.put(new Kept(client, id), lane);
            all.put(here(client), id, content);
        }
    }

    /// The same, as one lane sees it.
    public Archive of(String lane) {
        return new OfLane(lane);
    }

    /// Forgets an answer of that lane, and leaves alone those of others.
    public synchronized void forget(String id, String lane) {
        kept.entrySet()
                .removeIf(each -> {
                    Kept answer = each.getKey();
                    boolean meant = answer.id().equals(id) && each.getValue().equals(lane);
                    return meant && all.remove(here(answer.client()), id);
                });
    }

    private final class OfLane implements Archive {
        private final String lane;

        private OfLane(String lane) {
            this.lane = lane;
        }

        @Override
        public boolean keeps() {
            return ConnectionArchive.this.keeps();
        }

        @Override
        public void put(String client, String id, byte[] content) {
            ConnectionArchive.this.put(client, id, content, lane);
        }

        @Override
        public Optional<byte[]> get(String client, String id) {
            return ConnectionArchive.this.get(client, id);
        }

        @Override
        public Optional<Holding> holding(String client, String item) {
            return ConnectionArchive.this.holding(client, item);
        }

        @Override
        public boolean remove(String client, String id) {
            return ConnectionArchive.this.remove(client, id);
        }
    }

    @Override
    public Optional<byte[]> get(String client, String id) {
        return all.get(here(client), id);
    }

    @Override
    public Optional<Holding> holding(String client, String item) {
        return all.holding(here(client), item);
    }

    @Override
    public synchronized boolean remove(String client, String id) {
        kept.remove(new Kept(client, id));
        return all.remove(here(client), id);
    }

    /// Forgets everything, for ever.
    public synchronized void close() {
        closed = true;
        kept.keySet().forEach(each -> all.remove(here(each.client()), each.id()));
        kept.clear();
    }
}
