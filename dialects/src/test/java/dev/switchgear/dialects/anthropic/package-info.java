@NullMarked
package dev.switchgear.dialects.anthropic;

import org.jspecify.annotations.NullMarked;
