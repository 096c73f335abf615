/// Tests of what a use costs.
@NullMarked
package dev.switchgear.families.llm.price;

import org.jspecify.annotations.NullMarked;
