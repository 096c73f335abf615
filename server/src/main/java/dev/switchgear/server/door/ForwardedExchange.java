package dev.switchgear.server.door;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/// An exchange that stands before another and passes everything on to it. Whoever stands there names only
/// what is otherwise with him: what is not named cannot be forgotten.
public interface ForwardedExchange extends HttpExchange {
    /// The exchange before which this one stands.
    HttpExchange forwarded();

    @Override
    default String method() {
        return forwarded().method();
    }

    @Override
    default String path() {
        return forwarded().path();
    }

    @Override
    default String query() {
        return forwarded().query();
    }

    @Override
    default Optional<String> header(String name) {
        return forwarded().header(name);
    }

    @Override
    default List<String> headers(String name) {
        return forwarded().headers(name);
    }

    @Override
    default byte[] body() {
        return forwarded().body();
    }

    @Override
    default BodyBudget.Room room(long bytes) {
        return forwarded().room(bytes);
    }

    @Override
    default InetAddress remote() {
        return forwarded().remote();
    }

    @Override
    default long arrivedNanos() {
        return forwarded().arrivedNanos();
    }

    @Override
    default boolean gone() {
        return forwarded().gone();
    }

    @Override
    default boolean closing() {
        return forwarded().closing();
    }

    @Override
    default void respond(ResponseHead head, byte[] body) {
        forwarded().respond(head, body);
    }

    @Override
    default HttpStream stream(ResponseHead head) {
        return forwarded().stream(head);
    }

    @Override
    default boolean upgradable() {
        return forwarded().upgradable();
    }

    @Override
    default DoorSocket upgrade(String accept, List<ResponseHeader> head) {
        return forwarded().upgrade(accept, head);
    }

    @Override
    default Optional<Session> session() {
        return forwarded().session();
    }
}
