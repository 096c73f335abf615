@NullMarked
package dev.switchgear.server.names;

import org.jspecify.annotations.NullMarked;
