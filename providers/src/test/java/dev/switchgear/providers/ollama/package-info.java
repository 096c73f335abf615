@NullMarked
package dev.switchgear.providers.ollama;

import org.jspecify.annotations.NullMarked;
