package dev.switchgear.server.gateway.llm;

/// A name that clients may put into `model`.
///
/// @param createdSeconds since 1970; 0 where unknown
/// @param owner who offers it: a provider, or the gateway for a route
public record ModelEntry(String id, long createdSeconds, String owner) {}
