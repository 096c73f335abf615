/// Mistral: OpenAI's dialect on a server that refuses every field it does not know.
@NullMarked
package dev.switchgear.providers.mistral;

import org.jspecify.annotations.NullMarked;
