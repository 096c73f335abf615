/// The walls are tested with small houses of their own.
@NullMarked
package dev.switchgear.walls;

import org.jspecify.annotations.NullMarked;
