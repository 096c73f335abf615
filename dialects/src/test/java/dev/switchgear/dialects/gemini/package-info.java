@NullMarked
package dev.switchgear.dialects.gemini;

import org.jspecify.annotations.NullMarked;
