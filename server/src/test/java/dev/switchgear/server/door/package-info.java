@NullMarked
package dev.switchgear.server.door;

import org.jspecify.annotations.NullMarked;
