@NullMarked
package dev.switchgear.simulator.cache;

import org.jspecify.annotations.NullMarked;
