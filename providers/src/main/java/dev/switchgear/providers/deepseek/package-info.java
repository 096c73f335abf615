/// DeepSeek: OpenAI's dialect without images and embeddings, with thinking that it switches.
@NullMarked
package dev.switchgear.providers.deepseek;

import org.jspecify.annotations.NullMarked;
