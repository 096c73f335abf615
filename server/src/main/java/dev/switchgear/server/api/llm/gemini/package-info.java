/// What Gemini's clients see: `/v1beta/models/{model}:{method}`, also under `/v1` and `/genai`, and the
/// list of models. Knows the door and the LLM family; what carries a call is behind
/// [dev.switchgear.server.gateway.llm.Destinations].
@NullMarked
package dev.switchgear.server.api.llm.gemini;

import org.jspecify.annotations.NullMarked;
