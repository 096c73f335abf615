/// Which addresses we may connect to. Knows only the words of `wire`.
@NullMarked
package dev.switchgear.wire.egress;

import org.jspecify.annotations.NullMarked;
