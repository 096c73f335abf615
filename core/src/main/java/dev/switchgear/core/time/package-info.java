/// The only clock, and the threads that go with it. Knows nothing else.
@NullMarked
package dev.switchgear.core.time;

import org.jspecify.annotations.NullMarked;
