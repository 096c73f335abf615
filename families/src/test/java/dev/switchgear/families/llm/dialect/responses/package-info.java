@NullMarked
package dev.switchgear.families.llm.dialect.responses;

import org.jspecify.annotations.NullMarked;
