/// What can go wrong, when it does, and how it is written in JSON and YAML. Which bytes it breaks is
/// for `provider` to know.
@NullMarked
package dev.switchgear.simulator.fault;

import org.jspecify.annotations.NullMarked;
