/// What OpenAI's clients see: `/v1/chat/completions`, `/v1/completions`, `/v1/embeddings`,
/// `/v1/models`. Knows the door and the LLM family; what carries a call is behind
/// [dev.switchgear.server.gateway.llm.Destinations].
@NullMarked
package dev.switchgear.server.api.llm.openai;

import org.jspecify.annotations.NullMarked;
