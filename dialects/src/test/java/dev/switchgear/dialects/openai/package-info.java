@NullMarked
package dev.switchgear.dialects.openai;

import org.jspecify.annotations.NullMarked;
