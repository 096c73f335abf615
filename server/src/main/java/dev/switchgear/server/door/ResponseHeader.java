package dev.switchgear.server.door;

/// One header field of an answer.
///
/// @param name in lower case
/// @param value free of line breaks
public record ResponseHeader(String name, String value) {}
