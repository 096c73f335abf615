/// How a provider signs what it will want to know again. Knows nothing.
@NullMarked
package dev.switchgear.simulator.seal;

import org.jspecify.annotations.NullMarked;
