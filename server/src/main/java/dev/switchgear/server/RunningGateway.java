package dev.switchgear.server;

import dev.switchgear.core.time.Threads;
import dev.switchgear.core.time.Time;
import dev.switchgear.core.vault.Secret;
import dev.switchgear.families.llm.ScanLimits;
import dev.switchgear.server.admin.Operators;
import dev.switchgear.server.admin.OwnApi;
import dev.switchgear.server.admin.Providers;
import dev.switchgear.server.clients.ClientKeys;
import dev.switchgear.server.config.Config;
import dev.switchgear.server.edge.Clients;
import dev.switchgear.server.edge.Door;
import dev.switchgear.server.edge.DoorSettings;
import dev.switchgear.server.edge.HttpHandler;
import dev.switchgear.server.edge.Limits;
import dev.switchgear.server.edge.Problem;
import dev.switchgear.server.edge.Route;
import dev.switchgear.server.edge.RouteTable;
import dev.switchgear.server.edge.VertxDoor;
import dev.switchgear.server.edge.anthropic.AnthropicEdge;
import dev.switchgear.server.edge.gemini.GeminiEdge;
import dev.switchgear.server.edge.llm.LlmEdge;
import dev.switchgear.server.edge.ollama.OllamaEdge;
import dev.switchgear.server.edge.openai.OpenAiEdge;
import dev.switchgear.server.edge.own.OwnEdge;
import dev.switchgear.server.edge.responses.ResponsesEdge;
import dev.switchgear.server.gateway.Gateway;
import dev.switchgear.server.gateway.Mapping;
import dev.switchgear.server.gateway.Prober;
import dev.switchgear.server.monitor.Meters;
import dev.switchgear.server.monitor.Monitor;
import dev.switchgear.server.monitor.Totals;
import java.net.BindException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/// The door, what stands behind it now, and how that is exchanged.
final class RunningGateway implements Running {
    private final Secret pepper;
    private final Gateway gateway;
    private final Outside outside;
    private final Meters meters;
    private final Totals totals;
    private final Monitor monitor;
    private final Prober prober;
    private final RandomGenerator random;
    private final Time time;
    private final Door door;

    /// Guarded by this.
    private Limits limits = Limits.NONE;

    private volatile RouteTable table;
    private volatile boolean accepting = true;

    RunningGateway(
            Config config,
            Secret pepper,
            Gateway gateway,
            Outside outside,
            Meters meters,
            Totals totals,
            Monitor monitor,
            Prober prober,
            RandomGenerator random,
            Time time,
            UnaryOperator<HttpHandler> decoration) {
        this.pepper = pepper;
        this.gateway = gateway;
        this.outside = outside;
        this.meters = meters;
        this.totals = totals;
        this.monitor = monitor;
        this.prober = prober;
        this.random = random;
        this.time = time;
        limits = limits(config, limits);
        table = table(config, limits);
        door = open(door(config.server()), decoration.apply(exchange -> table.handle(exchange)));
    }

    /// @throws PortTaken if another program has the port
    private Door open(DoorSettings settings, HttpHandler handler) {
        var own = new OwnApi();
        try {
            return VertxDoor.open(
                    settings,
                    handler,
                    (status, message) -> {
                        meters.request("door", status);
                        return own.render(Problem.invalid(status, "SG-1400", "", message), "");
                    },
                    Threads.virtual(),
                    time);
        } catch (IllegalStateException failure) {
            for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
                if (cause instanceof BindException) {
                    throw new PortTaken(settings.port(), failure);
                }
            }
            throw failure;
        }
    }

    private static DoorSettings door(Config.Server server) {
        Config.DoorLimits limits = server.limits();
        DoorSettings usual = DoorSettings.DEFAULT;
        return new DoorSettings(
                server.bind(),
                server.port(),
                usual.loops(),
                Math.toIntExact(limits.headerBytes().bytes()),
                limits.headerLines(),
                Math.toIntExact(limits.bodyBytes().bytes()),
                limits.headerTime(),
                usual.bodyGrace(),
                usual.bodyRate(),
                limits.idle(),
                limits.stall(),
                limits.connections(),
                limits.connectionsPerSource(),
                server.tls().map(tls -> new DoorSettings.Tls(tls.certificate(), tls.key())));
    }

    private RouteTable table(Config config, Limits limits) {
        var scan = ScanLimits.deep(config.server().limits().jsonDepth());
        var llm = new LlmEdge(gateway, limits, gateway, scan, config.server().keepAlive(), time);
        var operators =
                new Operators(
                        gateway,
                        meters,
                        monitor,
                        totals,
                        () -> accepting,
                        VersionCommand.version());
        var routes = new ArrayList<Route>();
        // Anthropic's and Google's clients say who they are where all list their models.
        routes.addAll(new AnthropicEdge(llm, time).routes());
        routes.addAll(new GeminiEdge(llm).routes());
        routes.addAll(new OllamaEdge(llm).routes());
        routes.addAll(new OpenAiEdge(llm).routes());
        routes.addAll(new ResponsesEdge(llm).routes());
        routes.addAll(new OwnEdge(llm).routes());
        routes.addAll(new Providers(gateway, time).routes());
        routes.addAll(operators.routes());
        return new RouteTable(routes, clients(config), new OwnApi(), random, meters::request);
    }

    private Clients clients(Config config) {
        ClientKeys keys = ClientKeys.of(config, pepper);
        if (keys.none()) {
            return Clients.onThisMachine();
        }
        return (shown, _) -> shown.flatMap(keys::verify);
    }

    /// The limits that `config` asks for. What it leaves alone keeps its state: a client does not get
    /// a fresh minute because a provider has changed.
    private Limits limits(Config config, Limits before) {
        var byClient = new HashMap<String, Limits.Settings>();
        for (Config.Client client : config.clients()) {
            byClient.put(client.name(), Mapping.limits(client.limits()));
        }
        return before.next(Mapping.limits(config.limits()), byClient, time);
    }

    @Override
    public int port() {
        return door.port();
    }

    @Override
    public Gateway gateway() {
        return gateway;
    }

    @Override
    public Totals totals() {
        return totals;
    }

    @Override
    public Meters meters() {
        return meters;
    }

    @Override
    public Monitor monitor() {
        return monitor;
    }

    @Override
    public synchronized void use(Config config) {
        Limits nextLimits = limits(config, limits);
        RouteTable next = table(config, nextLimits);
        boolean sameWay = !outside.differs(config.egress());
        outside.use(config.egress());
        gateway.use(config, outside.connector(), sameWay);
        limits = nextLimits;
        table = next;
    }

    @Override
    public boolean shutDown() throws InterruptedException {
        accepting = false;
        boolean finished = door.drain(gateway.config().server().drain());
        close();
        return finished;
    }

    @Override
    public void close() {
        accepting = false;
        prober.close();
        door.close();
        outside.close();
        monitor.close();
    }
}
