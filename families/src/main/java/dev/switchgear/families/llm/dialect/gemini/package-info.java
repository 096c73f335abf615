/// Gemini's generateContent, streamGenerateContent, countTokens, embedContent and batchEmbedContents.
@NullMarked
package dev.switchgear.families.llm.dialect.gemini;

import org.jspecify.annotations.NullMarked;
