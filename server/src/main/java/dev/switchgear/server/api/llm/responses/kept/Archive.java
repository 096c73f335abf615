package dev.switchgear.server.api.llm.responses.kept;

import java.util.Optional;

/// What clients leave with us, each for itself: documents by name. What another client left is not
/// there. Nothing is there for ever: who reads finds less as time goes by. Thread-safe.
public interface Archive {
    /// Whether anything is kept at all.
    boolean keeps();

    /// Keeps a document, in place of one of that name.
    ///
    /// @param content not to be changed afterwards
    void put(String client, String id, byte[] content);

    /// A document, which is used by that and so kept for longer.
    Optional<byte[]> get(String client, String id);

    /// The document in which an item lies, by the item's own name, and that document's name.
    Optional<Holding> holding(String client, String item);

    /// Forgets a document, and with it every item that lies in it.
    ///
    /// @return whether there was one
    boolean remove(String client, String id);

    /// A document that was found by an item.
    record Holding(String id, byte[] content) {}
}
