@NullMarked
package dev.switchgear.simulator.http;

import org.jspecify.annotations.NullMarked;
