package dev.switchgear.server;

import java.io.IOException;

/// How an agent reaches whoever answers it. For one agent, and one thread.
interface AgentLine extends AutoCloseable {
    /// What came back.
    ///
    /// @param provider who answered; empty where nobody says
    /// @param body the whole of it; of a stream its events as HTTP has them
    record Heard(int status, String provider, String body) {}

    /// Asks, and hears the answer to its end.
    ///
    /// @param path behind the agent's base
    Heard ask(String path, String body) throws IOException, InterruptedException;

    /// Asks, waits until that is under way, and leaves without hearing the answer.
    ///
    /// @param path behind the agent's base
    void leave(String path, String body, Underway underway)
            throws IOException, InterruptedException;

    /// Waits until a provider is at work on what was asked.
    interface Underway {
        void await() throws InterruptedException;
    }

    @Override
    void close() throws IOException;
}
