/// What a simulated provider is going to say, before any fault disturbs it.
@NullMarked
package dev.switchgear.simulator.answer;

import org.jspecify.annotations.NullMarked;
