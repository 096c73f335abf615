@NullMarked
package dev.switchgear.bench;

import org.jspecify.annotations.NullMarked;
