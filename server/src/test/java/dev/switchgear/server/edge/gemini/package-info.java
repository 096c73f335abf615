@NullMarked
package dev.switchgear.server.edge.gemini;

import org.jspecify.annotations.NullMarked;
