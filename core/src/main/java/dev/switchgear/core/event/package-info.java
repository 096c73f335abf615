/// Facts that happened, and the Journal that carries them off the path of a call. Knows `call`.
@NullMarked
package dev.switchgear.core.event;

import org.jspecify.annotations.NullMarked;
