package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import dev.switchgear.core.vault.Secret;
import dev.switchgear.identity.ClientKey;
import dev.switchgear.server.monitor.EventLog;
import dev.switchgear.simulator.fault.FaultKind;
import dev.switchgear.simulator.settings.SimulatorSettings;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// Secrets are planted everywhere they are used, and looked for in everything that comes out.
class SecretsTest {
    private static final List<FaultKind> FAULTS =
            List.of(
                    new FaultKind.Status(500),
                    new FaultKind.Status(503),
                    new FaultKind.Status(429),
                    new FaultKind.Status(403),
                    new FaultKind.Status(400),
                    new FaultKind.ExpiredKey(),
                    FaultKind.reset(),
                    new FaultKind.Refuse(),
                    new FaultKind.Garbage(100),
                    new FaultKind.WrongContentType("text/html", "<html>"),
                    new FaultKind.ErrorFirstEvent("server_error", ""),
                    new FaultKind.ErrorEvent(3, "server_error", ""),
                    FaultKind.cutAfter(3),
                    new FaultKind.BlackHole());

    private final ClientKey key = ClientKey.generate(new Random(1));
    private final ClientKey stranger = ClientKey.generate(new Random(2));
    private final Captured captured = new Captured();
    private final Logger root =
            ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger(Logger.ROOT_LOGGER_NAME);
    private final Logger ours =
            ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger(EventLog.NAME);
    private final Logger packages =
            ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger("dev.switchgear");

    @BeforeEach
    void listen() {
        captured.start();
        root.addAppender(captured);
        ours.setLevel(Level.TRACE);
        packages.setLevel(Level.TRACE);
    }

    @AfterEach
    void leave() {
        root.detachAppender(captured);
        ours.setLevel(null);
        packages.setLevel(null);
    }

    @Test
    void nothing_that_comes_out_shows_a_secret() {
        String clients =
                """
                clients: [ { name: app, key-hash: "%s" } ]
                resilience: { breaker: { failures: 0, minimum-calls: 1000 } }
                """
                        .formatted(key.stored(Secret.of(House.PEPPER)).text());
        var out = new StringBuilder();
        try (House house =
                House.open(
                        House.ROUTES + clients,
                        "timeouts: { first-token: 200ms, head: 200ms, idle: 200ms }",
                        SimulatorSettings.instant("alpha", "beta", "gamma"))) {
            for (FaultKind fault : FAULTS) {
                house.simulator().names().forEach(name -> house.provider(name).fault(fault));
                for (ClientKey shown : List.of(key, stranger)) {
                    String bearer = "Bearer " + shown.reveal();
                    note(out, house.chat("auto", "authorization", bearer));
                    note(out, house.stream("auto", "authorization", bearer));
                }
            }
            String bearer = "Bearer " + key.reveal();
            note(out, house.get("/metrics", "authorization", bearer));
            note(out, house.get("/v1/models", "authorization", bearer));
            note(out, house.get("/api/health", "authorization", bearer));
            note(out, house.get("/nowhere", "authorization", bearer));
            out.append(house.gateway().config());
        }
        captured.lines.forEach(out::append);

        assertThat(captured.lines).as("log lines").isNotEmpty();
        assertThat(out).contains("gen_ai_", "SG-1201", "SG-1401");
        for (String secret :
                List.of(
                        "sk-alpha-0123456789",
                        "sk-beta-0123456789",
                        "sk-gamma-0123456789",
                        "0123456789",
                        key.reveal().substring(20),
                        stranger.reveal().substring(20),
                        House.PEPPER)) {
            assertThat(out).as("secret").doesNotContain(secret);
        }
    }

    private static void note(StringBuilder out, HttpResponse<String> answer) {
        out.append(answer.statusCode()).append(answer.headers().map()).append(answer.body());
    }

    private static final class Captured extends AppenderBase<ILoggingEvent> {
        private final Queue<String> lines = new ConcurrentLinkedQueue<>();

        @Override
        protected void append(ILoggingEvent event) {
            IThrowableProxy thrown = event.getThrowableProxy();
            lines.add(
                    event.getFormattedMessage()
                            + (thrown == null ? "" : ThrowableProxyUtil.asString(thrown))
                            + "\n");
        }
    }
}
