/// Turns of Responses on a WebSocket.
@NullMarked
package dev.switchgear.server.api.llm.responses.socket;

import org.jspecify.annotations.NullMarked;
