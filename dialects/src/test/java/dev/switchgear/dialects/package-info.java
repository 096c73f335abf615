@NullMarked
package dev.switchgear.dialects;

import org.jspecify.annotations.NullMarked;
