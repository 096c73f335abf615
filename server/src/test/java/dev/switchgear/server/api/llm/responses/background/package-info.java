@NullMarked
package dev.switchgear.server.api.llm.responses.background;

import org.jspecify.annotations.NullMarked;
