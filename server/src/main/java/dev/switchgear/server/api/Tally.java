package dev.switchgear.server.api;

/// Hears how each request ended. Thread-safe and quick.
@FunctionalInterface
public interface Tally {
    /// @param path of the route, as the route table has it; `unknown` where none fits
    /// @param status 0 where the client went away first
    void ended(String path, int status);
}
