/// OpenAI's API as its wire facts describe it (reference of 2026-08, spec 2.3.0): chat completions,
/// embeddings, models, errors, rate-limit headers.
@NullMarked
package dev.switchgear.simulator.openai;

import org.jspecify.annotations.NullMarked;
