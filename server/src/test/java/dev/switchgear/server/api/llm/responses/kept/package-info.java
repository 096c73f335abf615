@NullMarked
package dev.switchgear.server.api.llm.responses.kept;

import org.jspecify.annotations.NullMarked;
