@NullMarked
package dev.switchgear.providers.anthropic;

import org.jspecify.annotations.NullMarked;
