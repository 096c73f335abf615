/// OpenAI's dialect: chat completions, embeddings and models, of OpenAI itself and of every server
/// that speaks alike. How they differ is data ([OpenAiSettings]).
@NullMarked
package dev.switchgear.providers.openai;

import org.jspecify.annotations.NullMarked;
