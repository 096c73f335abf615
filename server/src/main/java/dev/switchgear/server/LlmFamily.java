package dev.switchgear.server;

import dev.switchgear.core.event.Event;
import dev.switchgear.core.time.Threads;
import dev.switchgear.core.time.Time;
import dev.switchgear.core.vault.Secret;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.families.llm.scan.ScanLimits;
import dev.switchgear.server.api.HttpRoute;
import dev.switchgear.server.api.limit.ClientLimits;
import dev.switchgear.server.api.llm.KeepAlive;
import dev.switchgear.server.api.llm.LlmEdge;
import dev.switchgear.server.api.llm.anthropic.AnthropicRoutes;
import dev.switchgear.server.api.llm.gemini.GeminiRoutes;
import dev.switchgear.server.api.llm.ollama.OllamaRoutes;
import dev.switchgear.server.api.llm.openai.OpenAiRoutes;
import dev.switchgear.server.api.llm.own.OwnLlmRoutes;
import dev.switchgear.server.api.llm.responses.ResponsesRoutes;
import dev.switchgear.server.api.llm.responses.background.BackgroundRuns;
import dev.switchgear.server.api.llm.responses.kept.KeptResponses;
import dev.switchgear.server.config.Config;
import dev.switchgear.server.door.DoorSettings;
import dev.switchgear.server.gateway.Surroundings;
import dev.switchgear.server.gateway.Upstreams.Member;
import dev.switchgear.server.gateway.llm.LlmGateway;
import dev.switchgear.server.monitor.CostMeters;
import dev.switchgear.server.monitor.KeptMeters;
import dev.switchgear.server.monitor.LlmMeters;
import dev.switchgear.wire.Transport;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/// Large language models, in the words of six client protocols. Thread-safe.
final class LlmFamily implements Family {
    /// How long the least of what nobody waits for is kept, as at OpenAI.
    private static final Duration FOUND_LATER = Duration.ofMinutes(10);

    private final LlmGateway gateway;
    private final KeptResponses kept;
    private final BackgroundRuns background;
    private final Secret pepper;
    private final Threads threads;
    private final Time time;

    /// @param pepper of which the key is made that seals compactions, where the configuration has none
    /// @throws IllegalArgumentException if the configuration cannot be used
    LlmFamily(Config config, Transport transport, Surroundings surroundings, Secret pepper) {
        this.gateway = new LlmGateway(config, transport, surroundings);
        this.kept =
                new KeptResponses(
                        kept(config.responses()), surroundings.random(), surroundings.time());
        this.background =
                new BackgroundRuns(
                        DoorSettings.ofHeap(config.responses().background().memory().value()),
                        surroundings.threads(),
                        surroundings.time());
        this.pepper = pepper;
        this.threads = surroundings.threads();
        this.time = surroundings.time();
    }

    LlmGateway gateway() {
        return gateway;
    }

    @Override
    public Collection<Member<LlmRequest, LlmReply>> members() {
        return gateway.members();
    }

    @Override
    public List<HttpRoute> routes(Config config, ClientLimits limits) {
        Config.Server server = config.server();
        var keepAlive = new KeepAlive(server.keepAlive(), threads, time);
        var edge =
                new LlmEdge(
                        gateway,
                        limits,
                        gateway.books(),
                        scanLimits(server.limits()),
                        keepAlive,
                        time);
        var routes = new ArrayList<HttpRoute>();
        // Anthropic's and Google's clients say who they are where all list their models.
        routes.addAll(new AnthropicRoutes(edge, time).routes());
        routes.addAll(new GeminiRoutes(edge).routes());
        routes.addAll(new OllamaRoutes(edge).routes());
        routes.addAll(new OpenAiRoutes(edge).routes());
        routes.addAll(responses(edge, config, keepAlive).routes());
        routes.addAll(new OwnLlmRoutes(edge).routes());
        return routes;
    }

    private ResponsesRoutes responses(LlmEdge edge, Config config, KeepAlive keepAlive) {
        return new ResponsesRoutes(
                edge,
                kept,
                config.server().limits().bodyBytes().bytes(),
                new ResponsesRoutes.Later(background, later(config.responses()), keepAlive),
                config.server().keyPepper().orElse(pepper));
    }

    /// Who does not wait must find the answer later, even where none is kept.
    private static BackgroundRuns.Bounds later(Config.Responses settings) {
        Duration keep = settings.keep();
        return new BackgroundRuns.Bounds(
                settings.background().running(),
                settings.background().runningPerClient(),
                settings.background().time(),
                keep.compareTo(FOUND_LATER) < 0 ? FOUND_LATER : keep);
    }

    private static ScanLimits scanLimits(Config.DoorLimits limits) {
        return ScanLimits.deep(limits.jsonDepth())
                .holding(
                        new ScanLimits.Counts(
                                limits.messages(),
                                limits.parts(),
                                limits.tools(),
                                limits.jsonValues()));
    }

    @Override
    public List<Consumer<Event>> readers(MeterRegistry registry) {
        gateway.books().costs().watch(new CostMeters(registry));
        KeptMeters.register(
                registry,
                new KeptMeters.Kept(
                        kept::count,
                        kept::bytes,
                        background::size,
                        background::held,
                        kept::connections));
        return List.of(new LlmMeters(registry, gateway::names));
    }

    @Override
    public boolean drain(Duration within) throws InterruptedException {
        return background.drain(within);
    }

    @Override
    public void close() {
        background.close();
    }

    @Override
    public Runnable prepare(Config config, Transport transport) {
        Runnable carrying = gateway.prepare(config, transport);
        return () -> {
            carrying.run();
            kept.bound(kept(config.responses()));
        };
    }

    private static KeptResponses.Bounds kept(Config.Responses settings) {
        return new KeptResponses.Bounds(
                settings.keep(), DoorSettings.ofHeap(settings.memory().value()), settings.count());
    }
}
