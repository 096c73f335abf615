/// What a model answers, heard on its way to the client: event by event, or as a request that the gateway
/// made of another. Knows nothing of what is done with it.
@NullMarked
package dev.switchgear.server.api.llm.responses.heard;

import org.jspecify.annotations.NullMarked;
