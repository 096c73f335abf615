/// How JSON is read, whatever it says: within which bounds, and in which words it is refused.
@NullMarked
package dev.switchgear.families.json;

import org.jspecify.annotations.NullMarked;
