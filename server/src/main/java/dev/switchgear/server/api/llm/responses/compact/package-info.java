/// How a conversation is cut down to what it comes to, sealed, and goes on from there.
@NullMarked
package dev.switchgear.server.api.llm.responses.compact;

import org.jspecify.annotations.NullMarked;
