/// A room of a house that exists for the test alone.
@NullMarked
package dev.switchgear.walls.sample.apart;

import org.jspecify.annotations.NullMarked;
