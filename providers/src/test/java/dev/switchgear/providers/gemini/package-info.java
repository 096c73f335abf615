@NullMarked
package dev.switchgear.providers.gemini;

import org.jspecify.annotations.NullMarked;
