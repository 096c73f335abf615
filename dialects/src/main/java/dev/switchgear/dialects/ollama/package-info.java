/// Ollama's own API: `/api/chat`, `/api/generate`, `/api/embed` and what came before it. The OpenAI
/// layer of such a server is OpenAI's dialect.
@NullMarked
package dev.switchgear.dialects.ollama;

import org.jspecify.annotations.NullMarked;
