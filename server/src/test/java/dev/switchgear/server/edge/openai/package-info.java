@NullMarked
package dev.switchgear.server.edge.openai;

import org.jspecify.annotations.NullMarked;
