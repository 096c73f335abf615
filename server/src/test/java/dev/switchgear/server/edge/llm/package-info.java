@NullMarked
package dev.switchgear.server.edge.llm;

import org.jspecify.annotations.NullMarked;
