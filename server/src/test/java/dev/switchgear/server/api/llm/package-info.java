@NullMarked
package dev.switchgear.server.api.llm;

import org.jspecify.annotations.NullMarked;
