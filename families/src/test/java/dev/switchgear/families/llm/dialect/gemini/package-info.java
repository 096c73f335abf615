@NullMarked
package dev.switchgear.families.llm.dialect.gemini;

import org.jspecify.annotations.NullMarked;
