/// OpenAI's API as its wire facts describe it (reference of 2026-08, spec 2.3.0): chat completions,
/// Responses, embeddings, models, errors, rate-limit headers. The variants that other providers made of
/// it differ by their [dev.switchgear.simulator.openai.Flavour]. Sections named in comments are those of
/// `openai.md`.
@NullMarked
package dev.switchgear.simulator.openai;

import org.jspecify.annotations.NullMarked;
