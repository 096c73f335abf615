@NullMarked
package dev.switchgear.server.monitor;

import org.jspecify.annotations.NullMarked;
