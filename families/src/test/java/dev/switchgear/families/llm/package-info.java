@NullMarked
package dev.switchgear.families.llm;

import org.jspecify.annotations.NullMarked;
