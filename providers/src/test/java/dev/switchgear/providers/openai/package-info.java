@NullMarked
package dev.switchgear.providers.openai;

import org.jspecify.annotations.NullMarked;
