/// How many calls run at once, who waits, and who gives way.
@NullMarked
package dev.switchgear.core.bulkhead;

import org.jspecify.annotations.NullMarked;
