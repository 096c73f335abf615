/// Reads event streams and NDJSON as they come, bounded and without copying what can be relayed as
/// it is. Knows only [dev.switchgear.wire.Exchange].
@NullMarked
package dev.switchgear.wire.stream;

import org.jspecify.annotations.NullMarked;
