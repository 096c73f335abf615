/// The verdict on an upstream: well or not, switched by a person, resting until when.
@NullMarked
package dev.switchgear.core.health;

import org.jspecify.annotations.NullMarked;
