/// How much a provider lets a key do in a time. Knows only `time`.
@NullMarked
package dev.switchgear.simulator.limit;

import org.jspecify.annotations.NullMarked;
