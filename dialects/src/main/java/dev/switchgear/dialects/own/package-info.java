/// Our own way to ask a model, for programs that have no SDK of a provider: plain names, no
/// provider's peculiarities, and newline-delimited JSON for streams. `docs/api.md` describes it.
@NullMarked
package dev.switchgear.dialects.own;

import org.jspecify.annotations.NullMarked;
