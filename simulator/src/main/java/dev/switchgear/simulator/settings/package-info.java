/// What is simulated: which providers, which APIs they speak, at which pace and with which faults.
/// This room lists the APIs, and no other knows all of them.
@NullMarked
package dev.switchgear.simulator.settings;

import org.jspecify.annotations.NullMarked;
