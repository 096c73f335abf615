/// The way in: what the rest of the server sees of HTTP.
@NullMarked
package dev.switchgear.server.door;

import org.jspecify.annotations.NullMarked;
