@NullMarked
package dev.switchgear.families.llm.dialect.ollama;

import org.jspecify.annotations.NullMarked;
