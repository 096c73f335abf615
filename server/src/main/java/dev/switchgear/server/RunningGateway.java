package dev.switchgear.server;

import dev.switchgear.core.time.Threads;
import dev.switchgear.core.time.Time;
import dev.switchgear.core.vault.Secret;
import dev.switchgear.families.llm.scan.ScanLimits;
import dev.switchgear.server.api.Clients;
import dev.switchgear.server.api.HttpRoute;
import dev.switchgear.server.api.HttpRoutes;
import dev.switchgear.server.api.Problem;
import dev.switchgear.server.api.limit.ClientLimits;
import dev.switchgear.server.api.llm.KeepAlive;
import dev.switchgear.server.api.llm.LlmEdge;
import dev.switchgear.server.api.llm.anthropic.AnthropicRoutes;
import dev.switchgear.server.api.llm.gemini.GeminiRoutes;
import dev.switchgear.server.api.llm.ollama.OllamaRoutes;
import dev.switchgear.server.api.llm.openai.OpenAiRoutes;
import dev.switchgear.server.api.llm.own.OwnLlmRoutes;
import dev.switchgear.server.api.llm.responses.ResponsesRoutes;
import dev.switchgear.server.api.operate.HealthRoutes;
import dev.switchgear.server.api.operate.ProviderRoutes;
import dev.switchgear.server.api.own.OwnProtocol;
import dev.switchgear.server.config.Config;
import dev.switchgear.server.door.Door;
import dev.switchgear.server.door.DoorSettings;
import dev.switchgear.server.door.HttpHandler;
import dev.switchgear.server.door.vertx.VertxDoor;
import dev.switchgear.server.gateway.CoreSettings;
import dev.switchgear.server.gateway.Prober;
import dev.switchgear.server.gateway.llm.LlmGateway;
import dev.switchgear.server.identity.ClientKeys;
import dev.switchgear.server.monitor.Meters;
import dev.switchgear.server.monitor.Monitor;
import dev.switchgear.server.monitor.Totals;
import dev.switchgear.server.names.SgCode;
import java.net.BindException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/// The door, what stands behind it now, and how that is exchanged.
final class RunningGateway implements Running {
    private final Secret pepper;
    private final LlmGateway gateway;
    private final Outside outside;
    private final Meters meters;
    private final Totals totals;
    private final Monitor monitor;
    private final Prober prober;
    private final RandomGenerator random;
    private final Time time;
    private final Door door;

    /// Guarded by this.
    private ClientLimits limits = ClientLimits.NONE;

    private volatile HttpRoutes table;
    private volatile boolean accepting = true;

    RunningGateway(
            Config config,
            Secret pepper,
            LlmGateway gateway,
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
        var own = new OwnProtocol();
        try {
            return VertxDoor.open(
                    settings,
                    handler,
                    (status, message) -> {
                        meters.request("door", status);
                        return own.render(
                                Problem.repeated(SgCode.UNUSABLE_REQUEST, status, "", message), "");
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

    private HttpRoutes table(Config config, ClientLimits limits) {
        var scan = ScanLimits.deep(config.server().limits().jsonDepth());
        var keepAlive = new KeepAlive(config.server().keepAlive(), Threads.virtual(), time);
        var llm = new LlmEdge(gateway, limits, gateway, scan, keepAlive, time);
        var operators =
                new HealthRoutes(
                        gateway,
                        meters,
                        monitor,
                        totals,
                        () -> accepting,
                        VersionCommand.version());
        var routes = new ArrayList<HttpRoute>();
        // Anthropic's and Google's clients say who they are where all list their models.
        routes.addAll(new AnthropicRoutes(llm, time).routes());
        routes.addAll(new GeminiRoutes(llm).routes());
        routes.addAll(new OllamaRoutes(llm).routes());
        routes.addAll(new OpenAiRoutes(llm).routes());
        routes.addAll(new ResponsesRoutes(llm).routes());
        routes.addAll(new OwnLlmRoutes(llm).routes());
        routes.addAll(new ProviderRoutes(gateway, time).routes());
        routes.addAll(operators.routes());
        return new HttpRoutes(routes, clients(config), new OwnProtocol(), random, meters::request);
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
    private ClientLimits limits(Config config, ClientLimits before) {
        var byClient = new HashMap<String, ClientLimits.Settings>();
        for (Config.Client client : config.clients()) {
            byClient.put(client.name(), CoreSettings.limits(client.limits()));
        }
        return before.next(CoreSettings.limits(config.limits()), byClient, time);
    }

    @Override
    public int port() {
        return door.port();
    }

    @Override
    public LlmGateway gateway() {
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
        ClientLimits nextLimits = limits(config, limits);
        HttpRoutes next = table(config, nextLimits);
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
