package dev.switchgear.simulator.http;

/// One header line, the name spelled as it was sent.
public record Header(String name, String value) {}
