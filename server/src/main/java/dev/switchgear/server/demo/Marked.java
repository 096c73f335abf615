package dev.switchgear.server.demo;

import dev.switchgear.server.door.DoorSocket;
import dev.switchgear.server.door.ForwardedExchange;
import dev.switchgear.server.door.HttpExchange;
import dev.switchgear.server.door.HttpHandler;
import dev.switchgear.server.door.HttpStream;
import dev.switchgear.server.door.ResponseHead;
import dev.switchgear.server.door.ResponseHeader;
import java.util.ArrayList;
import java.util.List;

/// Marks answers, so that nobody takes what simulated providers say for the real thing.
public final class Marked {
    private static final String HEADER = "x-gateway-mode";
    private static final String MODE = "demo";

    private Marked() {}

    /// A handler whose answers all carry `x-gateway-mode: demo`. Only what the door itself refuses,
    /// because it is no HTTP, does not.
    public static HttpHandler asDemo(HttpHandler handler) {
        return new HttpHandler() {
            @Override
            public void handle(HttpExchange exchange) {
                handler.handle(new Exchange(exchange));
            }

            @Override
            public Entry enter(HttpExchange head) {
                return handler.enter(new Exchange(head));
            }

            @Override
            public Object edition() {
                return handler.edition();
            }

            @Override
            public boolean admits(HttpExchange head) {
                return handler.admits(head);
            }
        };
    }

    private record Exchange(HttpExchange forwarded) implements ForwardedExchange {
        @Override
        public void respond(ResponseHead head, byte[] body) {
            forwarded.respond(head.with(HEADER, MODE), body);
        }

        @Override
        public DoorSocket upgrade(String accept, List<ResponseHeader> head) {
            var marked = new ArrayList<>(head);
            marked.add(new ResponseHeader(HEADER, MODE));
            return forwarded.upgrade(accept, marked);
        }

        @Override
        public HttpStream stream(ResponseHead head) {
            return forwarded.stream(head.with(HEADER, MODE));
        }
    }
}
