@NullMarked
package dev.switchgear.families.llm.dialect.openai;

import org.jspecify.annotations.NullMarked;
