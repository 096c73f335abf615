@NullMarked
package dev.switchgear.providers.mistral;

import org.jspecify.annotations.NullMarked;
