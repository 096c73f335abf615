@NullMarked
package dev.switchgear.server.api.llm.anthropic;

import org.jspecify.annotations.NullMarked;
