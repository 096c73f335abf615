/// What a use of a model costs, exact in nano-dollars, and the books of it.
@NullMarked
package dev.switchgear.families.llm.price;

import org.jspecify.annotations.NullMarked;
