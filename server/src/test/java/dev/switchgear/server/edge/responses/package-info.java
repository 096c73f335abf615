@NullMarked
package dev.switchgear.server.edge.responses;

import org.jspecify.annotations.NullMarked;
