/// What a use of a model costs, and the books of it.
@NullMarked
package dev.switchgear.families.llm.price;

import org.jspecify.annotations.NullMarked;
