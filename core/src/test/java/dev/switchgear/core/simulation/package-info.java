/// The deterministic simulation: real virtual threads in an order drawn from a seed, on simulated
/// time and a simulated network, watched by an auditor that sees only what clients and upstreams
/// see. `docs/simulation.md` explains how to read, replay and extend it.
@NullMarked
package dev.switchgear.core.simulation;

import org.jspecify.annotations.NullMarked;
