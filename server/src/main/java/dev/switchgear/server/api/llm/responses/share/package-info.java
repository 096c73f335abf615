/// How much each client has of what all share, so that whoever has the most gives way.
@NullMarked
package dev.switchgear.server.api.llm.responses.share;

import org.jspecify.annotations.NullMarked;
