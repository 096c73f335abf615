/// What Gemini's clients see: `/v1beta/models/{model}:{method}`, also under `/v1` and `/genai`, and the
/// list of models. Knows the door and the LLM family; what carries a call is behind
/// [dev.switchgear.server.edge.llm.LlmGateway].
@NullMarked
package dev.switchgear.server.edge.gemini;

import org.jspecify.annotations.NullMarked;
