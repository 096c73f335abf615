/// Anthropic's Messages API as its wire facts describe it (reference of 2026-11): messages, token
/// counts, models, errors, rate-limit headers, signed thoughts and the prompt cache.
@NullMarked
package dev.switchgear.simulator.anthropic;

import org.jspecify.annotations.NullMarked;
