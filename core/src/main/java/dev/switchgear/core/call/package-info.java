/// The words: what a call is, who can carry it, and what it came to. Knows only `time`.
@NullMarked
package dev.switchgear.core.call;

import org.jspecify.annotations.NullMarked;
