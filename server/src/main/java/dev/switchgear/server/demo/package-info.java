/// The demo: simulated providers, traffic of its own, a story of faults, and a feed of what the
/// gateway makes of them. Knows the gateway, not the command that puts both together.
@NullMarked
package dev.switchgear.server.demo;

import org.jspecify.annotations.NullMarked;
