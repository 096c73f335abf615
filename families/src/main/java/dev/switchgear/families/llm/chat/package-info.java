/// What is asked of a model and what comes back, in no provider's words. Every dialect maps to and
/// from these types; none knows another.
@NullMarked
package dev.switchgear.families.llm.chat;

import org.jspecify.annotations.NullMarked;
