/// What a person, or a test, sets and sees of simulated providers over HTTP while they run.
@NullMarked
package dev.switchgear.simulator.control;

import org.jspecify.annotations.NullMarked;
