/// What Ollama's clients see: `/api/chat`, `/api/generate`, `/api/embed`, `/api/embeddings`, and what
/// they ask before: `/api/tags`, `/api/show`, `/api/ps` and `/api/version`. Knows the door and the LLM
/// family; what carries a call is behind [dev.switchgear.server.gateway.llm.Destinations].
@NullMarked
package dev.switchgear.server.api.llm.ollama;

import org.jspecify.annotations.NullMarked;
