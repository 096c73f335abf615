package dev.switchgear.core.simulation;

import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.event.Event.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One call as its client sees it. Moments are simulated nanoseconds, -1 where it has not come to
/// that.
final class Conversation {
    /// A piece of a streamed answer.
    record Chunk(int connection, int index) {}

    /// A session that never goes on.
    static final int NEW = 0;

    final String id;
    final int route;
    final boolean repeatable;
    final boolean stream;
    final int chunksWanted;
    final boolean valid;
    final boolean large;
    final long asked;
    final long deadline;
    final List<Chunk> chunks = new ArrayList<>();
    long firstToken = -1;
    boolean terminated;
    long hungUp = -1;
    int answers;
    long answered = -1;
    @Nullable Verdict verdict;

    /// Why the upstreams that sent nothing were left out, as the gateway told it.
    String refusals = "";

    /// Calls of one number are one session of their route's.
    int session = NEW;

    /// Who answered the session last, and so had better answer this.
    Optional<UpstreamId> favourite = Optional.empty();

    /// The numbers of its attempts that were made beside another, as the gateway told it.
    Set<Integer> hedges = Set.of();

    int sent;
    int replyConnection;

    Conversation(
            String id,
            int route,
            boolean repeatable,
            boolean stream,
            int chunksWanted,
            boolean valid,
            boolean large,
            long asked,
            long deadline) {
        this.id = id;
        this.route = route;
        this.repeatable = repeatable;
        this.stream = stream;
        this.chunksWanted = chunksWanted;
        this.valid = valid;
        this.large = large;
        this.asked = asked;
        this.deadline = deadline;
    }

    void hears(int connection, int index, long now) {
        if (chunks.isEmpty()) {
            firstToken = now;
        }
        chunks.add(new Chunk(connection, index));
    }

    boolean served() {
        return verdict == Verdict.SERVED || verdict == Verdict.FAILED_OVER;
    }

    @Override
    public String toString() {
        return "%s (%s, %s, asked %.6f s, deadline %.6f s, hung up %.6f s, answered %.6f s, %s %s)"
                .formatted(
                        id,
                        stream ? "stream" : "plain",
                        repeatable ? "repeatable" : "once",
                        asked / 1e9,
                        deadline / 1e9,
                        hungUp / 1e9,
                        answered / 1e9,
                        verdict,
                        refusals);
    }
}
