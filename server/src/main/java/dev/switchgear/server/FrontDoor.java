package dev.switchgear.server;

import dev.switchgear.core.time.Threads;
import dev.switchgear.core.time.Time;
import dev.switchgear.server.config.Config;
import dev.switchgear.server.door.Door;
import dev.switchgear.server.door.DoorSettings;
import dev.switchgear.server.door.ErrorPage;
import dev.switchgear.server.door.HttpHandler;
import dev.switchgear.server.door.vertx.EventLoops;
import dev.switchgear.server.door.vertx.VertxDoor;

/// Opens the door that `server:` describes.
final class FrontDoor {
    private FrontDoor() {}

    /// @param errors tells what the door itself refuses
    /// @throws PortTaken if another program has the port
    /// @throws DoorStuck if it cannot be opened for another reason
    static Door open(
            Config.Server server,
            HttpHandler handler,
            ErrorPage errors,
            EventLoops loops,
            Threads threads,
            Time time) {
        try {
            return VertxDoor.open(settings(server), handler, errors, loops, threads, time);
        } catch (IllegalStateException failure) {
            throw PortTaken.is(failure)
                    ? new PortTaken(
                            DoorSettings.place(server.bind(), server.port()),
                            server.port(),
                            failure)
                    : new DoorStuck(failure);
        }
    }

    /// Where clients reach it.
    static String url(Config.Server server, int port) {
        return (server.tls().isPresent() ? "https" : "http")
                + "://"
                + DoorSettings.place(server.bind(), port);
    }

    private static DoorSettings settings(Config.Server server) {
        Config.DoorLimits limits = server.limits();
        DoorSettings.Limits usual = DoorSettings.Limits.DEFAULT;
        return new DoorSettings(
                server.bind(),
                server.port(),
                new DoorSettings.Limits(
                        Math.toIntExact(limits.headerBytes().bytes()),
                        limits.headerLines(),
                        Math.toIntExact(limits.bodyBytes().bytes()),
                        limits.headerTime(),
                        usual.bodyWindow(),
                        usual.bodyRate(),
                        limits.idle(),
                        limits.stall(),
                        limits.connections(),
                        limits.connectionsPerSource()),
                server.tls().map(tls -> new DoorSettings.Tls(tls.certificate(), tls.key())),
                DoorSettings.ofHeap(limits.bodyMemory().value()));
    }
}
