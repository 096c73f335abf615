/// How much each client has of what all share, so that whoever has the most gives way.
@NullMarked
package dev.switchgear.core.share;

import org.jspecify.annotations.NullMarked;
