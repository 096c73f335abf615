@NullMarked
package dev.switchgear.families.llm.scan;

import org.jspecify.annotations.NullMarked;
