package dev.switchgear.server.door;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/// One request and its answer. Belongs to the virtual thread that handles it.
public interface HttpExchange {
    String method();

    /// The path as it came, still percent-encoded, without the query; begins with `/`.
    String path();

    /// What follows the first `?`; empty where there is none.
    String query();

    /// The first value of a header; the name's case does not matter.
    Optional<String> header(String name);

    /// All values of a header, in the order in which they came.
    default List<String> headers(String name) {
        return header(name).stream().toList();
    }

    /// The whole body, within the door's limit; empty where there is none. Not to be changed.
    byte[] body();

    /// Reserves memory for what is made of the body while it is translated, on top of what the body
    /// itself takes, until the exchange is over. Waits for it as long as [BodyBudget#PATIENCE].
    ///
    /// @return later where there was none in that time, or the thread was interrupted (the interrupt
    ///     stays set)
    BodyBudget.Room room(long bytes);

    InetAddress remote();

    /// When the request's head had come, on the scale of [System#nanoTime].
    long arrivedNanos();

    /// True once nobody reads the answer any more: the client has gone. The handling thread is
    /// interrupted at that moment.
    boolean gone();

    /// True once the door is closing and has no more time: the handling thread is interrupted, the
    /// client still listens, and should be told so.
    boolean closing();

    /// Answers in one piece and returns without waiting for the client. Once, and not together with
    /// [#stream]. Does nothing when the client has gone.
    ///
    /// A header that HTTP forbids never keeps an answer back: what a value may not hold leaves
    /// percent-encoded, and a name that is none is left out.
    void respond(ResponseHead head, byte[] body);

    /// Begins an answer that comes in pieces. The head leaves together with the first piece.
    HttpStream stream(ResponseHead head);

    /// Whether the connection could become a socket at all: it is one of HTTP/1.1.
    default boolean upgradable() {
        return false;
    }

    /// Answers by turning the connection into a socket. Once, instead of the other answers.
    ///
    /// @param accept as the [SocketHandshake] has it
    /// @param head further headers
    default DoorSocket upgrade(String accept, List<ResponseHeader> head) {
        throw new IllegalStateException("this exchange cannot become a socket");
    }

    /// The conversation within which this is asked, where whoever made this exchange inside the gateway
    /// keeps one open; empty for a request from outside.
    default Optional<Session> session() {
        return Optional.empty();
    }

    /// What somebody keeps open between requests. The door knows nothing of it.
    interface Session {}
}
