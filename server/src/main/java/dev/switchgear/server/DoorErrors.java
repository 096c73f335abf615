package dev.switchgear.server;

import dev.switchgear.server.api.Problem;
import dev.switchgear.server.door.BodyBudget;
import dev.switchgear.server.door.ErrorPage;
import dev.switchgear.server.door.ResponseHeader;
import dev.switchgear.server.monitor.Meters;
import dev.switchgear.server.names.SgCode;
import java.util.List;
import java.util.function.BiFunction;

/// Tells what the door refuses in the shape that the clients of the path know, and counts it. Thread-safe.
///
/// @param pages how a problem is told to who asked
/// @param meters count also what the door itself refuses
record DoorErrors(BiFunction<ErrorPage.Asked, Problem, ErrorPage.Page> pages, Meters meters)
        implements ErrorPage {
    /// Who waited in vain for memory has waited that long already.
    private static final String RETRY_AFTER_SECONDS =
            Long.toString(BodyBudget.PATIENCE.toSeconds());

    @Override
    public byte[] render(int status, String message) {
        return page(Asked.NOTHING, status, message).body();
    }

    @Override
    public Page page(Asked asked, int status, String message) {
        meters.request("door", status);
        String text = Character.toUpperCase(message.charAt(0)) + message.substring(1) + ".";
        Problem problem = Problem.of(code(status), status, word(status), text);
        return pages.apply(asked, status == 503 ? problem.with(retryAfter()) : problem);
    }

    private static List<ResponseHeader> retryAfter() {
        return List.of(
                new ResponseHeader("retry-after", RETRY_AFTER_SECONDS),
                new ResponseHeader("x-should-retry", "true"));
    }

    private static SgCode code(int status) {
        return switch (status) {
            case 500 -> SgCode.DEFECT;
            case 503 -> SgCode.FULL;
            default -> SgCode.UNUSABLE_REQUEST;
        };
    }

    private static String word(int status) {
        return switch (status) {
            case 408 -> "request_timeout";
            case 413 -> "request_too_large";
            case 414, 431 -> "header_too_large";
            case 500 -> "internal_error";
            case 503 -> "overloaded";
            default -> "invalid_request";
        };
    }
}
