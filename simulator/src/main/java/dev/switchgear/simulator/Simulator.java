package dev.switchgear.simulator;

import dev.switchgear.core.time.SystemTime;
import dev.switchgear.core.time.Threads;
import dev.switchgear.core.time.Time;
import dev.switchgear.simulator.control.ControlApi;
import dev.switchgear.simulator.fields.SettingsFields;
import dev.switchgear.simulator.http.HttpServer;
import dev.switchgear.simulator.http.ReceivedHead;
import dev.switchgear.simulator.http.ServerConnection;
import dev.switchgear.simulator.provider.SimulatedProvider;
import dev.switchgear.simulator.provider.SimulatedProviders;
import dev.switchgear.simulator.settings.SimulatorSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Simulated providers behind one port of 127.0.0.1, each under `/{name}`, and the control API under
/// `/_sim`. Thread-safe.
public final class Simulator implements AutoCloseable {
    private static final String CONTROL = "_sim";

    private final HttpServer server;
    private final URI base;
    private final SimulatedProviders providers;
    private final ControlApi control;

    private Simulator(SimulatorSettings settings, Time time, Threads threads) {
        this.server = HttpServer.bind(settings.port(), settings.limits(), time, threads);
        this.base = URI.create("http://127.0.0.1:" + server.port());
        this.providers = new SimulatedProviders(settings, base, time);
        this.control = new ControlApi(providers, server::connections);
        // Clients that connected since the port was bound wait until here.
        server.serve(new Door());
    }

    /// Starts on the machine's clock.
    ///
    /// @throws java.io.UncheckedIOException where the port is taken
    public static Simulator start(SimulatorSettings settings) {
        return start(settings, new SystemTime());
    }

    /// Starts on `time`. On another clock than the machine's, pauses wait for that clock alone, and
    /// a client that hangs up is noticed when something is written or a fault waits for it.
    public static Simulator start(SimulatorSettings settings, Time time) {
        return new Simulator(settings, time, Threads.virtual());
    }

    public int port() {
        return server.port();
    }

    /// `http://127.0.0.1:port`.
    public URI base() {
        return base;
    }

    /// The provider of that name.
    ///
    /// @throws IllegalArgumentException where there is none and none may be created
    public SimulatedProvider provider(String name) {
        return providers.find(name).orElseThrow(() -> new IllegalArgumentException(unknown(name)));
    }

    /// Names of all providers, in order of appearance.
    public List<String> names() {
        return providers.names();
    }

    /// Closes the port and every connection, whatever they are doing.
    @Override
    public void close() {
        server.close();
    }

    private String unknown(String name) {
        return "provider \""
                + name
                + "\" is not simulated "
                + SettingsFields.expected(name, providers.names());
    }

    /// Finds who is meant by a path.
    private final class Door implements HttpServer.Handler {
        @Override
        public boolean serve(ServerConnection connection, ReceivedHead head) throws IOException {
            int slash = head.path().indexOf('/', 1);
            String first = head.path().substring(Math.min(1, head.path().length()));
            first = slash < 0 ? first : head.path().substring(1, slash);
            if (first.equals(CONTROL)) {
                return control.serve(connection, head);
            }
            Optional<SimulatedProvider> provider = providers.meant(first);
            if (provider.isEmpty()) {
                return refuse(connection, head, first);
            }
            boolean bare = SimulatedProviders.isVersion(first);
            String path = bare ? head.path() : slash < 0 ? "/" : head.path().substring(slash);
            return provider.get().serve(connection, head, path);
        }

        private boolean refuse(ServerConnection connection, ReceivedHead head, String name)
                throws IOException {
            connection.body(head);
            ObjectNode root = JsonNodeFactory.instance.objectNode();
            root.putObject("error").put("message", unknown(name));
            byte[] body = (root.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
            String begin =
                    "HTTP/1.1 404 Not Found\r\ncontent-type: application/json\r\ncontent-length: "
                            + body.length
                            + "\r\n\r\n";
            connection.write(begin.getBytes(StandardCharsets.US_ASCII));
            connection.write(body);
            return true;
        }
    }
}
