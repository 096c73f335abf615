@NullMarked
package dev.switchgear.families.llm.model;

import org.jspecify.annotations.NullMarked;
