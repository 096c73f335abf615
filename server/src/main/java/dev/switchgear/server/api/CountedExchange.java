package dev.switchgear.server.api;

import dev.switchgear.server.door.BodyBudget;
import dev.switchgear.server.door.DoorSocket;
import dev.switchgear.server.door.HttpExchange;
import dev.switchgear.server.door.HttpStream;
import dev.switchgear.server.door.ResponseHead;
import dev.switchgear.server.door.ResponseHeader;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/// An exchange that remembers what was answered, and lets pages of other origins read it that may.
final class CountedExchange implements HttpExchange {
    private static final int SWITCHING = 101;

    private final HttpExchange exchange;
    private final CrossOrigin crossOrigin;
    private volatile int status;

    CountedExchange(HttpExchange exchange, CrossOrigin crossOrigin) {
        this.exchange = exchange;
        this.crossOrigin = crossOrigin;
    }

    /// 0 while nothing was answered.
    int status() {
        return status;
    }

    @Override
    public void respond(ResponseHead head, byte[] body) {
        status = head.status();
        crossOrigin.allow(exchange.header("origin"), head);
        exchange.respond(head, body);
    }

    @Override
    public HttpStream stream(ResponseHead head) {
        status = head.status();
        crossOrigin.allow(exchange.header("origin"), head);
        return exchange.stream(head);
    }

    @Override
    public boolean upgradable() {
        return exchange.upgradable();
    }

    @Override
    public DoorSocket upgrade(String accept, List<ResponseHeader> head) {
        status = SWITCHING;
        return exchange.upgrade(accept, head);
    }

    @Override
    public Optional<Session> session() {
        return exchange.session();
    }

    @Override
    public String method() {
        return exchange.method();
    }

    @Override
    public String path() {
        return exchange.path();
    }

    @Override
    public String query() {
        return exchange.query();
    }

    @Override
    public Optional<String> header(String name) {
        return exchange.header(name);
    }

    @Override
    public List<String> headers(String name) {
        return exchange.headers(name);
    }

    @Override
    public byte[] body() {
        return exchange.body();
    }

    @Override
    public BodyBudget.Room room(long bytes) {
        return exchange.room(bytes);
    }

    @Override
    public InetAddress remote() {
        return exchange.remote();
    }

    @Override
    public long arrivedNanos() {
        return exchange.arrivedNanos();
    }

    @Override
    public boolean gone() {
        return exchange.gone();
    }

    @Override
    public boolean closing() {
        return exchange.closing();
    }
}
