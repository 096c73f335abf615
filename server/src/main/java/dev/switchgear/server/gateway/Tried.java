package dev.switchgear.server.gateway;

import java.time.Duration;

/// How a free question to a provider with one of its keys went.
///
/// @param models how many models it listed; 0 where it failed
/// @param why it failed, free of secrets; empty where it did not
public record Tried(String key, boolean ok, Duration latency, int models, String why) {}
