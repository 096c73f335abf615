@NullMarked
package dev.switchgear.families.llm.seal;

import org.jspecify.annotations.NullMarked;
