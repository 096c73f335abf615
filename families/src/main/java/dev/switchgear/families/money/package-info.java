/// Exact money, and how much of it may be spent. `docs/money.md` explains.
@NullMarked
package dev.switchgear.families.money;

import org.jspecify.annotations.NullMarked;
