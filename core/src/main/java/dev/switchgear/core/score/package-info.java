/// What the last hundred attempts say about an upstream, as numbers to compare.
@NullMarked
package dev.switchgear.core.score;

import org.jspecify.annotations.NullMarked;
