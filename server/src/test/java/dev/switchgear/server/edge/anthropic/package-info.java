@NullMarked
package dev.switchgear.server.edge.anthropic;

import org.jspecify.annotations.NullMarked;
