/// Anthropic: the API, its errors and its limits.
@NullMarked
package dev.switchgear.providers.anthropic;

import org.jspecify.annotations.NullMarked;
