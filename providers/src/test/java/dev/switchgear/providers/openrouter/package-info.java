@NullMarked
package dev.switchgear.providers.openrouter;

import org.jspecify.annotations.NullMarked;
