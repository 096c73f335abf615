/// An LLM call on its way through the engine: what a client asked, where its answer goes, and what a
/// provider answered.
@NullMarked
package dev.switchgear.families.llm.call;

import org.jspecify.annotations.NullMarked;
