@NullMarked
package dev.switchgear.families.llm.chat;

import org.jspecify.annotations.NullMarked;
