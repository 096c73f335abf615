/// Who calls, and by which key: words and rules, without a store or a wire.
@NullMarked
package dev.switchgear.identity;

import org.jspecify.annotations.NullMarked;
