/// How an upstream is, and why: worked out here, asked everywhere. Knows `guard` and the policies
/// behind it.
@NullMarked
package dev.switchgear.core.standing;

import org.jspecify.annotations.NullMarked;
