@NullMarked
package dev.switchgear.server.gateway;

import org.jspecify.annotations.NullMarked;
