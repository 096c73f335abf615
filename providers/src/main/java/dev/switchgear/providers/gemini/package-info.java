/// Google's Gemini by its Developer API: where it is, what its errors and pauses mean, how its bytes
/// pass.
@NullMarked
package dev.switchgear.providers.gemini;

import org.jspecify.annotations.NullMarked;
