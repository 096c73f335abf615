/// The program: its commands and, in rooms beside it, the doors, the configuration and the wiring.
@NullMarked
package dev.switchgear.server;

import org.jspecify.annotations.NullMarked;
