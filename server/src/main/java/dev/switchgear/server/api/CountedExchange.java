package dev.switchgear.server.api;

import dev.switchgear.server.door.DoorSocket;
import dev.switchgear.server.door.ForwardedExchange;
import dev.switchgear.server.door.HttpExchange;
import dev.switchgear.server.door.HttpStream;
import dev.switchgear.server.door.ResponseHead;
import dev.switchgear.server.door.ResponseHeader;
import java.util.List;

/// An exchange that remembers what was answered, and lets pages of other origins read it that may.
final class CountedExchange implements ForwardedExchange {
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
    public HttpExchange forwarded() {
        return exchange;
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
    public DoorSocket upgrade(String accept, List<ResponseHeader> head) {
        status = SWITCHING;
        return exchange.upgrade(accept, head);
    }
}
