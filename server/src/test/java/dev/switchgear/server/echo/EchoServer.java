package dev.switchgear.server.echo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;

/// Two providers of this family on loopback, `parrot` and `cliff`, which fail where a test says so.
public final class EchoServer implements AutoCloseable {
    private final HttpServer server;
    private final Set<String> broken = ConcurrentHashMap.newKeySet();

    public EchoServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/parrot", exchange -> answer("parrot", exchange));
        server.createContext("/cliff", exchange -> answer("cliff", exchange));
        server.start();
    }

    private void answer(String name, HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        // Minus one says that there is no body; zero would mean one of unknown length.
        exchange.sendResponseHeaders(
                broken.contains(name) ? 500 : 200, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    public int port() {
        return server.getAddress().getPort();
    }

    /// From now on it answers everything with an error.
    public void fail(String provider) {
        broken.add(provider);
    }

    public void heal(String provider) {
        broken.remove(provider);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
