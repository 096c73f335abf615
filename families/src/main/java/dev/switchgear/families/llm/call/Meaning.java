package dev.switchgear.families.llm.call;

import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.dialect.ClientDialect;
import dev.switchgear.families.llm.dialect.EmbeddingsRequest;
import dev.switchgear.families.llm.scan.RequestBody;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A client's request in no dialect's words. It is read when somebody first needs it, and once: where
/// client and upstream speak alike, never. Thread-safe.
public final class Meaning {
    private final ReentrantLock lock = new ReentrantLock();
    private final Reading<ChatRequest> chatReading;
    private final Reading<EmbeddingsRequest> embeddingsReading;
    private @Nullable ChatRequest chat;
    private @Nullable EmbeddingsRequest embeddings;
    private @Nullable InvalidBody invalid;

    private Meaning(
            Reading<ChatRequest> chatReading, Reading<EmbeddingsRequest> embeddingsReading) {
        this.chatReading = chatReading;
        this.embeddingsReading = embeddingsReading;
    }

    /// Whether a body may be read: what is made of it takes memory.
    @FunctionalInterface
    public interface Room {
        /// To be asked once, before the reading begins.
        ///
        /// @throws InvalidBody where it may not be read
        void enter() throws InvalidBody;
    }

    /// To be read from `body`. `operation` is one that `dialect` has: no path leads here for others.
    public static Meaning of(Operation operation, RequestBody body, ClientDialect dialect) {
        return of(operation, body, dialect, () -> {});
    }

    /// The same, where there is room for it.
    public static Meaning of(
            Operation operation, RequestBody body, ClientDialect dialect, Room room) {
        return new Meaning(
                () -> {
                    room.enter();
                    return operation == Operation.COUNT_TOKENS
                            ? dialect.counting().orElseThrow().countable(body.bytes(), body.model())
                            : dialect.chat(body.bytes(), body.model(), body.streamed());
                },
                () -> {
                    room.enter();
                    return dialect.embedding().orElseThrow().embeddings(body.bytes(), body.model());
                });
    }

    /// Known already.
    public static Meaning of(ChatRequest chat) {
        return new Meaning(
                () -> chat,
                () -> {
                    throw InvalidBody.of("a chat has no embeddings");
                });
    }

    /// What is to be answered, or counted.
    ///
    /// @throws InvalidBody if the body is not what its dialect demands
    public ChatRequest chat() throws InvalidBody {
        lock.lock();
        try {
            ChatRequest known = chat;
            if (known == null) {
                known = once(chatReading);
                chat = known;
            }
            return known;
        } finally {
            lock.unlock();
        }
    }

    /// @throws InvalidBody if the body is not what its dialect demands
    public EmbeddingsRequest embeddings() throws InvalidBody {
        lock.lock();
        try {
            EmbeddingsRequest known = embeddings;
            if (known == null) {
                known = once(embeddingsReading);
                embeddings = known;
            }
            return known;
        } finally {
            lock.unlock();
        }
    }

    private <T> T once(Reading<T> reading) throws InvalidBody {
        if (invalid != null) {
            throw invalid;
        }
        try {
            return reading.read();
        } catch (InvalidBody wrong) {
            invalid = wrong;
            throw wrong;
        }
    }

    private interface Reading<T> {
        T read() throws InvalidBody;
    }
}
