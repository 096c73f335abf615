/// OpenAI's Responses: items in, items out, and a stream in which every piece is announced before it
/// comes and closed after.
@NullMarked
package dev.switchgear.dialects.responses;

import org.jspecify.annotations.NullMarked;
