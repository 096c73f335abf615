package dev.switchgear.server.door.vertx;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.switchgear.core.time.SystemTime;
import dev.switchgear.core.time.Threads;
import dev.switchgear.server.door.Door;
import dev.switchgear.server.door.DoorSettings;
import dev.switchgear.server.door.ErrorPage;
import dev.switchgear.server.door.HttpHandler;
import java.util.concurrent.LinkedBlockingQueue;

/// The doors that a test opens, each on event loops of its own; closed together.
final class OpenDoors implements AutoCloseable {
    private static final ErrorPage ERRORS =
            (status, message) -> ("{\"error\":\"" + status + " " + message + "\"}").getBytes(UTF_8);

    private final LinkedBlockingQueue<Door> opened = new LinkedBlockingQueue<>();

    Door open(DoorSettings settings, HttpHandler handler) {
        Door door =
                VertxDoor.open(
                        settings,
                        handler,
                        ERRORS,
                        EventLoops.start(),
                        Threads.virtual(),
                        new SystemTime());
        opened.add(door);
        return door;
    }

    @Override
    public void close() {
        opened.forEach(Door::close);
    }
}
