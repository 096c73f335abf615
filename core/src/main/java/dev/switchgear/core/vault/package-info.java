/// Where credentials live, and how bytes are sealed. Knows nothing else.
@NullMarked
package dev.switchgear.core.vault;

import org.jspecify.annotations.NullMarked;
