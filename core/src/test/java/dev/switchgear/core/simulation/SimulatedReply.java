package dev.switchgear.core.simulation;

/// An upstream's answer: the number of the connection it came by, or its words of refusal.
record SimulatedReply(int connection, int status) {}
