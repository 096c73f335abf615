/// What a simulated model says: words, tokens, vectors and JSON, all from a seed.
@NullMarked
package dev.switchgear.simulator.mind;

import org.jspecify.annotations.NullMarked;
