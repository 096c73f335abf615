/// What names have in common, whoever gave them.
@NullMarked
package dev.switchgear.server.names;

import org.jspecify.annotations.NullMarked;
