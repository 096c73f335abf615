/// OpenAI's chat completions and embeddings, and the many providers that speak them with small
/// differences, which are data ([dev.switchgear.families.llm.dialect.openai.OpenAiFlavour]).
@NullMarked
package dev.switchgear.families.llm.dialect.openai;

import org.jspecify.annotations.NullMarked;
