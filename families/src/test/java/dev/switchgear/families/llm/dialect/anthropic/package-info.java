@NullMarked
package dev.switchgear.families.llm.dialect.anthropic;

import org.jspecify.annotations.NullMarked;
