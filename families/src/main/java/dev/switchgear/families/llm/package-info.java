/// The LLM family: what is asked of a model and what it answers, before any wire format. Knows only
/// `core`.
@NullMarked
package dev.switchgear.families.llm;

import org.jspecify.annotations.NullMarked;
