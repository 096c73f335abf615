/// OpenAI's chat completions and embeddings, and the many providers that speak them with small
/// differences, which are data ([dev.switchgear.dialects.openai.OpenAiFlavour]).
@NullMarked
package dev.switchgear.dialects.openai;

import org.jspecify.annotations.NullMarked;
