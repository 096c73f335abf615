@NullMarked
package dev.switchgear.dialects.ollama;

import org.jspecify.annotations.NullMarked;
