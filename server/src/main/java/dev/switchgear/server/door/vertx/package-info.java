/// The door, built on Vert.x; the only room that knows it.
@NullMarked
package dev.switchgear.server.door.vertx;

import org.jspecify.annotations.NullMarked;
