/// How bytes are sealed that others may hold, or that lie in memory. Knows only what a secret is.
@NullMarked
package dev.switchgear.server.seal;

import org.jspecify.annotations.NullMarked;
