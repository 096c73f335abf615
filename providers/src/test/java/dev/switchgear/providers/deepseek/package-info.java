@NullMarked
package dev.switchgear.providers.deepseek;

import org.jspecify.annotations.NullMarked;
