package dev.switchgear.server.door;

import java.util.Optional;

/// Words the errors that the door itself must answer: bad framing, too much, too slow.
@FunctionalInterface
public interface ErrorPage {
    /// What is known of a request that the door refuses, which may be all of its head or a part.
    ///
    /// @param path that was asked for; empty where that cannot be told
    /// @param origin the page of the web that asks, as the browser names it
    /// @param requestId the client's name for the request
    record Asked(String path, Optional<String> origin, Optional<String> requestId) {
        /// Nothing that could be read.
        public static final Asked NOTHING = new Asked("", Optional.empty(), Optional.empty());
    }

    /// A whole answer.
    record Page(ResponseHead head, byte[] body) {}

    /// @return JSON
    byte[] render(int status, String message);

    /// The same in the shape that clients of that path know, with the headers that they look for.
    default Page page(Asked asked, int status, String message) {
        return new Page(ResponseHead.of(status, "application/json"), render(status, message));
    }
}
