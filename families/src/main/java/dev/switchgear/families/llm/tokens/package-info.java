/// Reckons tokens that no provider has counted. Every figure from here is an estimate.
@NullMarked
package dev.switchgear.families.llm.tokens;

import org.jspecify.annotations.NullMarked;
