/// What names have in common, whoever gave them, and the names that we gave to what goes wrong.
@NullMarked
package dev.switchgear.server.names;

import org.jspecify.annotations.NullMarked;
