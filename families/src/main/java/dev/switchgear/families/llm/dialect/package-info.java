/// What a dialect can do: read what its clients ask and write how they are answered; write what its
/// providers are asked and read what they answer. One package below this for each.
@NullMarked
package dev.switchgear.families.llm.dialect;

import org.jspecify.annotations.NullMarked;
