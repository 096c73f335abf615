@NullMarked
package dev.switchgear.simulator.limit;

import org.jspecify.annotations.NullMarked;
