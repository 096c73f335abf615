@NullMarked
package dev.switchgear.server.importer;

import org.jspecify.annotations.NullMarked;
