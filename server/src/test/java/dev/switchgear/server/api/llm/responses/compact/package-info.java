@NullMarked
package dev.switchgear.server.api.llm.responses.compact;

import org.jspecify.annotations.NullMarked;
