@NullMarked
package dev.switchgear.simulator;

import org.jspecify.annotations.NullMarked;
