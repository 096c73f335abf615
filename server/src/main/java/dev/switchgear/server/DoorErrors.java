package dev.switchgear.server;

import dev.switchgear.server.api.Problem;
import dev.switchgear.server.api.Protocol;
import dev.switchgear.server.door.ErrorPage;
import dev.switchgear.server.monitor.Meters;
import dev.switchgear.server.names.SgCode;
import java.util.function.Function;

/// Tells what the door refuses in the shape that the clients of the path know, and counts it. Thread-safe.
///
/// @param protocols how errors of a path are told
/// @param meters count also what the door itself refuses
record DoorErrors(Function<String, Protocol> protocols, Meters meters) implements ErrorPage {
    @Override
    public byte[] render(int status, String message) {
        return render("", status, message);
    }

    @Override
    public byte[] render(String path, int status, String message) {
        meters.request("door", status);
        String text = Character.toUpperCase(message.charAt(0)) + message.substring(1) + ".";
        return protocols
                .apply(path)
                .render(Problem.of(SgCode.UNUSABLE_REQUEST, status, word(status), text), "");
    }

    private static String word(int status) {
        return switch (status) {
            case 408 -> "request_timeout";
            case 413 -> "request_too_large";
            case 414, 431 -> "header_too_large";
            case 500 -> "internal_error";
            default -> "invalid_request";
        };
    }
}
