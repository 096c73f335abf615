/// A room of a house that exists for the test alone.
@NullMarked
package dev.switchgear.walls.sample.lower;

import org.jspecify.annotations.NullMarked;
