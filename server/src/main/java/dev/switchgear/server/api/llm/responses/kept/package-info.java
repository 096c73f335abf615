/// What clients leave with us: answers, items and conversations, sealed in memory, and how a request that
/// refers to them becomes whole.
@NullMarked
package dev.switchgear.server.api.llm.responses.kept;

import org.jspecify.annotations.NullMarked;
