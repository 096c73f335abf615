package dev.switchgear.server;

import dev.switchgear.core.time.Threads;
import dev.switchgear.core.time.Time;
import dev.switchgear.server.api.Problem;
import dev.switchgear.server.api.own.OwnProtocol;
import dev.switchgear.server.config.Config;
import dev.switchgear.server.door.Door;
import dev.switchgear.server.door.DoorSettings;
import dev.switchgear.server.door.HttpHandler;
import dev.switchgear.server.door.vertx.VertxDoor;
import dev.switchgear.server.monitor.Meters;
import dev.switchgear.server.names.SgCode;

/// Opens the door that `server:` describes.
final class FrontDoor {
    private FrontDoor() {}

    /// @param meters count also what the door itself refuses
    /// @throws PortTaken if another program has the port
    static Door open(
            Config.Server server, HttpHandler handler, Meters meters, Threads threads, Time time) {
        var own = new OwnProtocol();
        try {
            return VertxDoor.open(
                    settings(server),
                    handler,
                    (status, message) -> {
                        meters.request("door", status);
                        return own.render(
                                Problem.repeated(SgCode.UNUSABLE_REQUEST, status, "", message), "");
                    },
                    threads,
                    time);
        } catch (IllegalStateException failure) {
            throw PortTaken.is(failure) ? new PortTaken(server.port(), failure) : failure;
        }
    }

    private static DoorSettings settings(Config.Server server) {
        Config.DoorLimits limits = server.limits();
        DoorSettings.Limits usual = DoorSettings.Limits.DEFAULT;
        return new DoorSettings(
                server.bind(),
                server.port(),
                DoorSettings.DEFAULT.loops(),
                new DoorSettings.Limits(
                        Math.toIntExact(limits.headerBytes().bytes()),
                        limits.headerLines(),
                        Math.toIntExact(limits.bodyBytes().bytes()),
                        limits.headerTime(),
                        usual.bodyGrace(),
                        usual.bodyRate(),
                        limits.idle(),
                        limits.stall(),
                        limits.connections(),
                        limits.connectionsPerSource()),
                server.tls().map(tls -> new DoorSettings.Tls(tls.certificate(), tls.key())));
    }
}
