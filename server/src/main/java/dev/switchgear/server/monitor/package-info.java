/// What the outside may know of the inside: metrics, the log, the feed, the totals. Everything here
/// reads the journal on a thread of its own and can neither slow nor fail a call.
@NullMarked
package dev.switchgear.server.monitor;

import org.jspecify.annotations.NullMarked;
