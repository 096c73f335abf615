/// Stops calls to an upstream that keeps failing, and finds out when it is well again.
@NullMarked
package dev.switchgear.core.breaker;

import org.jspecify.annotations.NullMarked;
