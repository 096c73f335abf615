/// A request's body as it came: scanned once, changed in place, never written anew.
@NullMarked
package dev.switchgear.families.llm.scan;

import org.jspecify.annotations.NullMarked;
