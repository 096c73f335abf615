/// Asks the policies of one upstream in order, and tells them how it went. Knows the policies and
/// `event`.
@NullMarked
package dev.switchgear.core.guard;

import org.jspecify.annotations.NullMarked;
