/// What leaves for a terminal, a file or a pipe: nobody waits for whoever reads it.
@NullMarked
package dev.switchgear.server.output;

import org.jspecify.annotations.NullMarked;
