/// The outgoing connector: HTTP/1.1 to providers, knowing exactly whether a byte has left and
/// connecting to exactly the address that was checked. Knows only `core`.
@NullMarked
package dev.switchgear.wire;

import org.jspecify.annotations.NullMarked;
