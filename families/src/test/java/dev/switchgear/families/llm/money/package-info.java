@NullMarked
package dev.switchgear.families.llm.money;

import org.jspecify.annotations.NullMarked;
