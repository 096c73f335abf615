/// Gemini's generateContent, streamGenerateContent, countTokens, embedContent and batchEmbedContents.
@NullMarked
package dev.switchgear.dialects.gemini;

import org.jspecify.annotations.NullMarked;
