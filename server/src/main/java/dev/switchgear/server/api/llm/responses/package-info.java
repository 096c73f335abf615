/// What clients of OpenAI's Responses see: `/v1/responses`, what they left with us under it, and
/// `/v1/conversations`.
@NullMarked
package dev.switchgear.server.api.llm.responses;

import org.jspecify.annotations.NullMarked;
