package dev.switchgear.server;

import java.util.Optional;

/// What befalls an agent's conversation.
interface AgentTrouble {
    /// Is told the number of each turn, from 1, before it is asked for.
    void before(int turn);

    /// What the agent waits for before it leaves in the middle of a turn; empty where it stays.
    default Optional<AgentLine.Underway> leaves(int turn) {
        return Optional.empty();
    }

    /// It has left, and will come back to ask the same again.
    default void left() throws InterruptedException {
        // Nobody has to know.
    }
}
