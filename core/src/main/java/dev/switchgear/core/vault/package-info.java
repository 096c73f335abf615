/// Where credentials live. Knows nothing else.
@NullMarked
package dev.switchgear.core.vault;

import org.jspecify.annotations.NullMarked;
