/// Responses that nobody waits for, as they run, are told and are forgotten.
@NullMarked
package dev.switchgear.server.api.llm.responses.background;

import org.jspecify.annotations.NullMarked;
