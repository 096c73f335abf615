/// Google's Gemini API as its wire facts describe it (reference of 2026-11): generateContent, plain,
/// as events and as an array, token counts, embeddings, models, thought signatures, errors.
@NullMarked
package dev.switchgear.simulator.gemini;

import org.jspecify.annotations.NullMarked;
