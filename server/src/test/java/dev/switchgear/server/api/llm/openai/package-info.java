@NullMarked
package dev.switchgear.server.api.llm.openai;

import org.jspecify.annotations.NullMarked;
