/// OpenRouter: OpenAI's dialect in front of everybody else's models.
@NullMarked
package dev.switchgear.providers.openrouter;

import org.jspecify.annotations.NullMarked;
