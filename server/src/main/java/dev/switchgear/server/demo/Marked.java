package dev.switchgear.server.demo;

import dev.switchgear.server.door.BodyBudget;
import dev.switchgear.server.door.DoorSocket;
import dev.switchgear.server.door.HttpExchange;
import dev.switchgear.server.door.HttpHandler;
import dev.switchgear.server.door.HttpStream;
import dev.switchgear.server.door.ResponseHead;
import dev.switchgear.server.door.ResponseHeader;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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

    private record Exchange(HttpExchange inner) implements HttpExchange {
        @Override
        public String method() {
            return inner.method();
        }

        @Override
        public String path() {
            return inner.path();
        }

        @Override
        public String query() {
            return inner.query();
        }

        @Override
        public Optional<String> header(String name) {
            return inner.header(name);
        }

        @Override
        public byte[] body() {
            return inner.body();
        }

        @Override
        public BodyBudget.Room room(long bytes) {
            return inner.room(bytes);
        }

        @Override
        public InetAddress remote() {
            return inner.remote();
        }

        @Override
        public long arrivedNanos() {
            return inner.arrivedNanos();
        }

        @Override
        public boolean gone() {
            return inner.gone();
        }

        @Override
        public boolean closing() {
            return inner.closing();
        }

        @Override
        public void respond(ResponseHead head, byte[] body) {
            inner.respond(head.with(HEADER, MODE), body);
        }

        @Override
        public boolean upgradable() {
            return inner.upgradable();
        }

        @Override
        public DoorSocket upgrade(String accept, List<ResponseHeader> head) {
            var marked = new ArrayList<>(head);
            marked.add(new ResponseHeader(HEADER, MODE));
            return inner.upgrade(accept, marked);
        }

        @Override
        public Optional<Session> session() {
            return inner.session();
        }

        @Override
        public HttpStream stream(ResponseHead head) {
            return inner.stream(head.with(HEADER, MODE));
        }
    }
}
