package dev.switchgear.core.simulation;

/// What a client asks for.
///
/// @param chunks pieces of the answer; a plain answer comes in one
/// @param promptTokens must fit into the room of the model
/// @param valid an invalid request is refused by every upstream
record Ask(Conversation client, boolean stream, int chunks, long promptTokens, boolean valid) {}
