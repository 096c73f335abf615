/// Anthropic's Messages: what its clients ask and how they are answered, what its providers are asked
/// and how they answer.
@NullMarked
package dev.switchgear.dialects.anthropic;

import org.jspecify.annotations.NullMarked;
