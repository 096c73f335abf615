/// What the dialects share: the rules by which a request is fitted to a provider's model.
@NullMarked
package dev.switchgear.dialects;

import org.jspecify.annotations.NullMarked;
