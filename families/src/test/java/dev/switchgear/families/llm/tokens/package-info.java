@NullMarked
package dev.switchgear.families.llm.tokens;

import org.jspecify.annotations.NullMarked;
