@NullMarked
package dev.switchgear.providers.llm;

import org.jspecify.annotations.NullMarked;
