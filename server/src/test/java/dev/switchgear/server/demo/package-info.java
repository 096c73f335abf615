@NullMarked
package dev.switchgear.server.demo;

import org.jspecify.annotations.NullMarked;
