@NullMarked
package dev.switchgear.server.api.llm.gemini;

import org.jspecify.annotations.NullMarked;
