/// What OpenAI's clients see: `/v1/chat/completions`, `/v1/embeddings`, `/v1/models`. Knows the door
/// and the LLM family; what carries a call is behind [dev.switchgear.server.edge.llm.LlmGateway].
@NullMarked
package dev.switchgear.server.edge.openai;

import org.jspecify.annotations.NullMarked;
