/// What calls cost, and how much may be spent: exact sums in nano-dollars. `docs/money.md` explains.
@NullMarked
package dev.switchgear.families.money;

import org.jspecify.annotations.NullMarked;
