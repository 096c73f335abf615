/// Servers of Ollama by their own API: where they are, what their errors mean, how their bytes pass.
@NullMarked
package dev.switchgear.providers.ollama;

import org.jspecify.annotations.NullMarked;
