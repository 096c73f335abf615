/// Ollama's own API, as `ollama.md` describes it: JSON lines instead of server-sent events. Its OpenAI
/// layer is a flavour of that API.
@NullMarked
package dev.switchgear.simulator.ollama;

import org.jspecify.annotations.NullMarked;
