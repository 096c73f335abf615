@NullMarked
package dev.switchgear.importer;

import org.jspecify.annotations.NullMarked;
