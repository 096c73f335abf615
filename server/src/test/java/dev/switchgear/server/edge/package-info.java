@NullMarked
package dev.switchgear.server.edge;

import org.jspecify.annotations.NullMarked;
