/// The path of a call: who is asked, in which order, and what follows from each outcome. Knows
/// `guard` and what it guards with.
@NullMarked
package dev.switchgear.core.routing;

import org.jspecify.annotations.NullMarked;
