/// The HTTP surface: the one list of routes, who may use them, and what all protocols share. Rooms
/// below it speak one surface each.
@NullMarked
package dev.switchgear.server.api;

import org.jspecify.annotations.NullMarked;
