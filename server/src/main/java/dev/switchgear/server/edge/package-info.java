/// The door: how requests come in and answers go out, whatever protocol clients speak. Rooms below
/// it speak one client protocol each. Vert.x and Netty are named here and nowhere else.
@NullMarked
package dev.switchgear.server.edge;

import org.jspecify.annotations.NullMarked;
