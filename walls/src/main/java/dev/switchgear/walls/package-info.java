/// What the architecture tests of all modules ask in common: which room knows which, and that time and
/// threads are handed in. For tests alone.
@NullMarked
package dev.switchgear.walls;

import org.jspecify.annotations.NullMarked;
