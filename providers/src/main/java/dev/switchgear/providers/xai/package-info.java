/// xAI: OpenAI's dialect with errors, and a count of reasoning, of its own.
@NullMarked
package dev.switchgear.providers.xai;

import org.jspecify.annotations.NullMarked;
