package dev.switchgear.server.echo;

/// What is asked in this family: to say something back.
///
/// @param text in any language
record EchoRequest(String text) {}
