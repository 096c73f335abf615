@NullMarked
package dev.switchgear.simulator.mind;

import org.jspecify.annotations.NullMarked;
