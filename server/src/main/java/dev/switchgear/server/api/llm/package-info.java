/// What the edges of all LLM protocols share: from a client's bytes to a call, and from what the call
/// came to back to bytes in the client's dialect.
@NullMarked
package dev.switchgear.server.api.llm;

import org.jspecify.annotations.NullMarked;
