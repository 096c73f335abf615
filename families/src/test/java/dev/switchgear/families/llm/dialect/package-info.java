@NullMarked
package dev.switchgear.families.llm.dialect;

import org.jspecify.annotations.NullMarked;
