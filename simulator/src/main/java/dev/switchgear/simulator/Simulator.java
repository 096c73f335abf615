package dev.switchgear.simulator;

import dev.switchgear.core.time.SystemTime;
import dev.switchgear.core.time.Time;
import dev.switchgear.simulator.http.HttpServer;
import dev.switchgear.simulator.http.ReceivedHead;
import dev.switchgear.simulator.http.ServerConnection;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Simulated providers behind one port of 127.0.0.1, each under `/{name}`, and the control API under
/// `/_sim`. Thread-safe.
public final class Simulator implements AutoCloseable {
    private static final int PROVIDERS_MAX = 100;
    private static final String CONTROL = "_sim";

    private final SimulatorSettings settings;
    private final Time time;
    private final Map<String, SimulatedProvider> providers = new LinkedHashMap<>();
    private final ControlApi control = new ControlApi(this);
    private final HttpServer server;
    private final URI base;

    private Simulator(SimulatorSettings settings, Time time) {
        this.settings = settings;
        this.time = time;
        // Requests that come before the providers stand wait for this monitor.
        synchronized (providers) {
            this.server = HttpServer.start(settings.port(), settings.limits(), time, new Door());
            this.base = URI.create("http://127.0.0.1:" + server.port());
            for (ProviderSettings provider : settings.providers()) {
                providers.put(provider.name(), begin(provider));
            }
        }
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
        return new Simulator(settings, time);
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
        return find(name)
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "provider \""
                                        + name
                                        + "\" is not simulated "
                                        + SettingsFields.expected(name, names())));
    }

    /// Names of all providers, in order of appearance.
    public List<String> names() {
        synchronized (providers) {
            return List.copyOf(providers.keySet());
        }
    }

    /// Closes the port and every connection, whatever they are doing.
    @Override
    public void close() {
        server.close();
    }

    SimulatorSettings settings() {
        return settings;
    }

    int connections() {
        return server.connections();
    }

    Optional<SimulatedProvider> find(String name) {
        synchronized (providers) {
            SimulatedProvider known = providers.get(name);
            boolean creatable =
                    settings.autoCreate()
                            && providers.size() < PROVIDERS_MAX
                            && name.matches("[A-Za-z0-9][A-Za-z0-9_-]{0,62}")
                            && !isVersion(name);
            if (known == null && creatable) {
                known = begin(ProviderSettings.openAi(name));
                providers.put(name, known);
            }
            return Optional.ofNullable(known);
        }
    }

    /// Whether a path begins with an API's version, so that it names no provider.
    private static boolean isVersion(String segment) {
        return segment.equals("v1") || segment.equals("v1beta");
    }

    private SimulatedProvider begin(ProviderSettings provider) {
        return new SimulatedProvider(
                provider, settings.seed(), settings.keptRequests(), base, time);
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
            boolean bare = isVersion(first);
            Optional<SimulatedProvider> provider =
                    bare ? find(settings.providers().getFirst().name()) : find(first);
            if (provider.isEmpty()) {
                return unknown(connection, head, first);
            }
            String path = bare ? head.path() : slash < 0 ? "/" : head.path().substring(slash);
            return provider.get().serve(connection, head, path);
        }

        private boolean unknown(ServerConnection connection, ReceivedHead head, String name)
                throws IOException {
            connection.body(head);
            ObjectNode root = JsonNodeFactory.instance.objectNode();
            root.putObject("error")
                    .put(
                            "message",
                            "provider \""
                                    + name
                                    + "\" is not simulated "
                                    + SettingsFields.expected(name, names()));
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
