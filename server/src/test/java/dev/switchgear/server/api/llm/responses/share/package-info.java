@NullMarked
package dev.switchgear.server.api.llm.responses.share;

import org.jspecify.annotations.NullMarked;
