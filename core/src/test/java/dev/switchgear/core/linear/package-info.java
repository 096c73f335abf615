/// The guards, each method of which must look as if it happened at one moment.
@NullMarked
package dev.switchgear.core.linear;

import org.jspecify.annotations.NullMarked;
