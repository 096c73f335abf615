/// When this program itself has too much to do, and who gives way then.
@NullMarked
package dev.switchgear.core.overload;

import org.jspecify.annotations.NullMarked;
