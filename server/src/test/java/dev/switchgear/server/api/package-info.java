@NullMarked
package dev.switchgear.server.api;

import org.jspecify.annotations.NullMarked;
