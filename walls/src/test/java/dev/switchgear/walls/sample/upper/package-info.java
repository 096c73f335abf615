/// A room of a house that exists for the test alone.
@NullMarked
package dev.switchgear.walls.sample.upper;

import org.jspecify.annotations.NullMarked;
