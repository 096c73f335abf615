/// One provider: asks its API, disturbs what that says as its faults want it, and remembers what it
/// received.
@NullMarked
package dev.switchgear.simulator.provider;

import org.jspecify.annotations.NullMarked;
