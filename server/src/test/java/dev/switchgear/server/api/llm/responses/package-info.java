@NullMarked
package dev.switchgear.server.api.llm.responses;

import org.jspecify.annotations.NullMarked;
