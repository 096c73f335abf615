@NullMarked
package dev.switchgear.server.api.llm.responses.heard;

import org.jspecify.annotations.NullMarked;
