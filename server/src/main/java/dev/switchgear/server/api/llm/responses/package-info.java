/// What clients of OpenAI's Responses see: `/v1/responses` and `/v1/responses/input_tokens`.
@NullMarked
package dev.switchgear.server.api.llm.responses;

import org.jspecify.annotations.NullMarked;
