/// What Anthropic's clients see: `/v1/messages`, `/v1/messages/count_tokens` and `/v1/models`, also
/// under `/anthropic`. Knows the door and the LLM family; what carries a call is behind
/// [dev.switchgear.server.gateway.llm.Destinations].
@NullMarked
package dev.switchgear.server.api.llm.anthropic;

import org.jspecify.annotations.NullMarked;
